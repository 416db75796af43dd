/// Memory for a fit and for its monitor.
#[derive(Debug, Default)]
pub(crate) struct Words<'a> {
    pub(crate) fit: &'a mut [f32],
    pub(crate) monitor: &'a mut [f32],
}
