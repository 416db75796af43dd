//! Logging, with and without `defmt`.

/// Logs a `defmt` line where the feature is on; the arguments are put into words by the host.
macro_rules! log {
    ($level:ident, $text:literal $(, $argument:expr)*) => {{
        #[cfg(feature = "defmt")]
        defmt::$level!($text $(, $argument)*);
        #[cfg(not(feature = "defmt"))]
        {
            $(let _ = &$argument;)*
        }
    }};
}

pub(crate) use log;
