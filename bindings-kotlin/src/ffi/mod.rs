//! The short way over the bridge, for what is called often: a handful of native methods of Kotlin's `Direct`, where what uniffi
//! generates makes several structures of JNA for each call. What crosses is written as uniffi writes it, in arrays of
//! bytes. Answers are kept in one queue, from which a thread of Kotlin's fetches many at once.
//!
//! A panic never gets out of these functions, and Kotlin holds numbers, never pointers.

#![allow(unsafe_code, reason = "Java calls by C's rules; each block says why it may do what it does")]
#![allow(non_snake_case, reason = "Java finds its native methods by these names")]

mod answer;
mod calls;
mod drain;
mod java;
mod lanes;
mod packed;
mod queue;
mod slab;
pub(crate) mod targets;
mod task;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{iter, ptr};

use jni_sys::{JNIEnv, jboolean, jbyteArray, jclass, jint, jlong};

use answer::Answer;
use lanes::Got;

/// Raised with every change of what crosses here, together with Kotlin's `LAYOUT`: two halves that don't fit refuse to work.
const LAYOUT: jlong = 1;

/// What `get` and `goOn` give of a call that isn't through begins with this, and its number follows.
const PAUSED: u8 = 3;

/// What a panic gives, of which nothing more can be said.
fn guarded<T>(panicked: T, call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(panicked)
}

#[unsafe(no_mangle)]
pub extern "system" fn Java_gg_autoplus_internal_Direct_layout(_: *mut JNIEnv, _: jclass) -> jlong {
    LAYOUT
}

/// Sets up a client, whose number is in the answer.
///
/// # Safety
/// Java calls it, with an array that has as many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_gg_autoplus_internal_Direct_client(
    env: *mut JNIEnv,
    _: jclass,
    settings: jbyteArray,
    length: jint,
) -> jbyteArray {
    guarded(ptr::null_mut(), || {
        // SAFETY: Java's own arguments.
        let settings = unsafe { java::read(env, settings, length) };
        let answer = Answer::of(0, calls::new_client(&settings));
        // SAFETY: Java's own environment.
        unsafe { java::array(env, iter::once(answer.alone())) }
    })
}

/// Begins a call; its answer comes through the queue with this ticket. Gives a number by which it can be cancelled, zero if
/// there is nothing to cancel, and less after a panic.
///
/// # Safety
/// Java calls it, with an array that has as many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_gg_autoplus_internal_Direct_submit(
    env: *mut JNIEnv,
    _: jclass,
    method: jint,
    target: jlong,
    ticket: jlong,
    arguments: jbyteArray,
    length: jint,
) -> jlong {
    guarded(-1, || {
        // SAFETY: Java's own arguments.
        let arguments = unsafe { java::read(env, arguments, length) };
        match calls::call(method, target, ticket, &arguments) {
            Ok(work) if method == calls::method::TRADE => task::begin_read(ticket, target, work),
            Ok(work) => task::begin(ticket, work),
            Err(refused) => {
                task::ANSWERS.put(Answer::of(ticket, Err::<(), _>(refused)));
                0
            }
        }
    })
}

/// Waits for answers and gives what is there; nothing if it was woken. Null after a panic and where Java throws. For one thread.
///
/// # Safety
/// Java calls it.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_gg_autoplus_internal_Direct_drain(
    env: *mut JNIEnv,
    _: jclass,
) -> jbyteArray {
    guarded(ptr::null_mut(), || {
        let answers = drain::fetch();
        // SAFETY: Java's own environment.
        let array = unsafe { java::array(env, answers.iter().map(Answer::bytes)) };
        if array.is_null() {
            task::ANSWERS.put_back(answers);
        }
        array
    })
}

/// Lets the thread that drains come back.
#[unsafe(no_mangle)]
pub extern "system" fn Java_gg_autoplus_internal_Direct_wake(_: *mut JNIEnv, _: jclass) {
    guarded((), || task::ANSWERS.wake());
}

/// Ends a read; a mutation goes on. True if no answer comes any more; else it is in the queue.
#[unsafe(no_mangle)]
pub extern "system" fn Java_gg_autoplus_internal_Direct_cancel(
    _: *mut JNIEnv,
    _: jclass,
    number: jlong,
) -> jboolean {
    guarded(false, || task::cancel(number))
}

/// Makes a read on this thread, for at most so many milliseconds. Null if it can't be made here.
///
/// # Safety
/// Java calls it, with an array that has as many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_gg_autoplus_internal_Direct_get(
    env: *mut JNIEnv,
    _: jclass,
    method: jint,
    target: jlong,
    arguments: jbyteArray,
    length: jint,
    milliseconds: jint,
) -> jbyteArray {
    guarded(ptr::null_mut(), || {
        // SAFETY: Java's own arguments.
        let arguments = unsafe { java::read(env, arguments, length) };
        // SAFETY: Java's own environment.
        unsafe { hand_over(env, lanes::get(method, target, &arguments, milliseconds)) }
    })
}

/// Goes on with one that wasn't through.
///
/// # Safety
/// Java calls it.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_gg_autoplus_internal_Direct_goOn(
    env: *mut JNIEnv,
    _: jclass,
    number: jlong,
    milliseconds: jint,
) -> jbyteArray {
    // SAFETY: Java's own environment.
    guarded(ptr::null_mut(), || unsafe { hand_over(env, lanes::go_on(number, milliseconds)) })
}

/// Ends one that wasn't through.
#[unsafe(no_mangle)]
pub extern "system" fn Java_gg_autoplus_internal_Direct_leave(_: *mut JNIEnv, _: jclass, number: jlong) {
    guarded((), || lanes::cancel(number));
}

/// Kotlin holds this no more.
#[unsafe(no_mangle)]
pub extern "system" fn Java_gg_autoplus_internal_Direct_release(_: *mut JNIEnv, _: jclass, target: jlong) {
    guarded((), || targets::let_go(target));
}

/// # Safety
/// `env` is what Java called this thread with.
unsafe fn hand_over(env: *mut JNIEnv, got: Got) -> jbyteArray {
    match got {
        Got::NotHere => ptr::null_mut(),
        // SAFETY: the caller's promise.
        Got::Answer(answer) => unsafe { java::array(env, iter::once(answer.alone())) },
        Got::Paused(number) => {
            let number = number.to_be_bytes();
            // SAFETY: the caller's promise.
            unsafe { java::array(env, [&[PAUSED][..], &number].into_iter()) }
        }
    }
}
