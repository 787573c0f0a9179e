//! What keeps a package from being made.
use drtp_cosim::DeviceError;
use drtp_hdl::emit::EmitError;

/// A defect of drtp: every checked configuration can be generated.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// Something that would not mean in Verilog what it means in simulation.
    #[error("{0}")]
    Emit(#[from] EmitError),
    /// The sample of the timing diagram did not come through.
    #[error("timing diagram: {0}")]
    Recording(#[from] DeviceError),
}
