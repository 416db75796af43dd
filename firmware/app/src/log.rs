//! One name for logging, with and without `defmt`.

/// Logs a `defmt` line where the feature is on; the arguments implement `Display`.
macro_rules! log {
    ($level:ident, $text:literal $(, $argument:expr)*) => {
        #[cfg(feature = "defmt")]
        defmt::$level!($text $(, defmt::Display2Format(&$argument))*);
        #[cfg(not(feature = "defmt"))]
        {
            $(let _ = &$argument;)*
        }
    };
}

pub(crate) use log;
