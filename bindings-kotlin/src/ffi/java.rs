//! Java's arrays of bytes.

use jni_sys::{JNIEnv, jbyte, jbyteArray, jint};

/// A copy of the beginning of an array; empty for none.
///
/// # Safety
/// `env` is what Java called this thread with, and `array` null or an array of at least `length` bytes.
pub(super) unsafe fn read(env: *mut JNIEnv, array: jbyteArray, length: jint) -> Vec<u8> {
    let mut bytes = vec![0_u8; if array.is_null() { 0 } else { usize::try_from(length).unwrap_or(0) }];
    if !bytes.is_empty() {
        let to = bytes.as_mut_ptr().cast::<jbyte>();
        // SAFETY: the caller's promise; there is room for `length` bytes. Were the array shorter, Java would throw.
        unsafe { ((**env).v1_1.GetByteArrayRegion)(env, array, 0, length, to) };
    }
    bytes
}

/// A new array of all of these. Null if Java has no room for it, and throws that.
///
/// # Safety
/// `env` is what Java called this thread with.
pub(super) unsafe fn array<'a>(
    env: *mut JNIEnv,
    parts: impl Iterator<Item = &'a [u8]> + Clone,
) -> jbyteArray {
    let Ok(length) = jint::try_from(parts.clone().map(<[u8]>::len).sum::<usize>()) else {
        return std::ptr::null_mut();
    };
    // SAFETY: the caller's promise.
    let array = unsafe { ((**env).v1_1.NewByteArray)(env, length) };
    let mut at = 0;
    for part in parts.filter(|_| !array.is_null()) {
        let length = part.len() as jint;
        // SAFETY: the caller's promise; the array is as long as all parts together.
        unsafe { ((**env).v1_1.SetByteArrayRegion)(env, array, at, length, part.as_ptr().cast()) };
        at += length;
    }
    array
}
