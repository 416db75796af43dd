//! One name for logging, with and without `defmt`.

/// Logs a `defmt` line where the feature is on. Arguments after a comma implement `Display`,
/// numbers after a semicolon `defmt::Format`, which is smaller.
macro_rules! log {
    ($level:ident, $text:literal $(, $argument:expr)*) => {{
        #[cfg(feature = "defmt")]
        defmt::$level!($text $(, defmt::Display2Format(&$argument))*);
        #[cfg(not(feature = "defmt"))]
        {
            $(let _ = &$argument;)*
        }
    }};
    ($level:ident, $text:literal; $($argument:expr),*) => {{
        #[cfg(feature = "defmt")]
        defmt::$level!($text $(, $argument)*);
        #[cfg(not(feature = "defmt"))]
        {
            $(let _ = &$argument;)*
        }
    }};
}

pub(crate) use log;
