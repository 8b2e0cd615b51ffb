//! uniffi's generator as a program of this workspace, so that generator and library never differ in version.

fn main() {
    uniffi::uniffi_bindgen_main();
}
