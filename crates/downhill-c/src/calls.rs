//! The calls. Each checks its pointers, and only then looks at what they point to.
#![allow(unsafe_code, reason = "the border to C")]

use core::ffi::{c_char, c_void};
use core::ptr::NonNull;
use core::slice;

use downhill::fit::Command;
use downhill_firmware::fpu_mode_is_default;

use crate::built::{self, Plan};
use crate::fit::Fit;
use crate::size::Words;
use crate::status::Status;
use crate::verdict::{Finding, Verdict};

type Outcome<T = ()> = Result<T, Status>;

/// The status of an outcome.
fn status(outcome: Outcome) -> Status {
    outcome.err().unwrap_or(Status::Ok)
}

/// Checks that a pointer is one.
#[inline(always)]
fn checked<T>(at: *const T) -> Outcome {
    match at.is_null() || !at.is_aligned() {
        true => Err(Status::Pointer),
        false => Ok(()),
    }
}

/// Numbers of the caller; none where there are none, wherever `at` points to.
///
/// # Safety
/// `at` is NULL, not aligned, or so many can be read there while they are borrowed.
#[inline(always)]
unsafe fn numbers<'a, T>(at: *const T, count: usize) -> Outcome<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    checked(at)?;
    // SAFETY: the caller's.
    Ok(unsafe { slice::from_raw_parts(at, count) })
}

/// As [`numbers`], to be written.
///
/// # Safety
/// As there, and nobody else uses them.
#[inline(always)]
unsafe fn numbers_mut<'a, T>(at: *mut T, count: usize) -> Outcome<&'a mut [T]> {
    if count == 0 {
        return Ok(&mut []);
    }
    checked(at)?;
    // SAFETY: the caller's.
    Ok(unsafe { slice::from_raw_parts_mut(at, count) })
}

/// The caller's place for a result.
///
/// # Safety
/// `at` is NULL, not aligned, or can be written to.
#[inline(always)]
unsafe fn place<'a, T>(at: *mut T) -> Outcome<&'a mut T> {
    checked(at)?;
    // SAFETY: the caller's.
    Ok(unsafe { &mut *at })
}

/// The fit, if there is one.
///
/// # Safety
/// `fit` is NULL, not aligned, or points to memory that `downhill_create` has made one in, or has
/// not, and nobody else uses it.
#[inline(always)]
unsafe fn fit<'a>(fit: *mut Fit) -> Outcome<&'a mut Fit> {
    checked(fit)?;
    // SAFETY: the caller's.
    match unsafe { Fit::is_at(fit) } {
        // SAFETY: as above, and it is a fit.
        true => Ok(unsafe { &mut *fit }),
        false => Err(Status::NotAFit),
    }
}

/// Stores the size in bytes of a buffer for the fit of a recipe into `size`. `DOWNHILL_BUFFER`, with
/// the words that the recipe's header names, is as much or a little more.
///
/// Returns `DOWNHILL_STATUS_POINTER`, `DOWNHILL_STATUS_RECIPE`, `DOWNHILL_STATUS_RECIPE_VERSION`,
/// `DOWNHILL_STATUS_OTHER_RECIPE` or `DOWNHILL_STATUS_SETTING` where it cannot.
///
/// # Safety
/// Pointers are NULL or valid for as many bytes as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_size(
    recipe: *const u8,
    recipe_size: usize,
    size: *mut usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let bytes = numbers(recipe, recipe_size)?;
        let size = place(size)?;
        let words = built::words(&built::plan(bytes)?)?;
        *size = Fit::buffer(words).ok_or(Status::Setting)?;
        Ok(())
    })())
}

/// Makes the fit of a recipe in a buffer, which belongs to it from then on, and stores where it is
/// into `fit`. Its parameters are drawn from the recipe's seed. A fit that was in the buffer is gone;
/// where the call is refused, it is as it was.
///
/// Returns `DOWNHILL_STATUS_ROOM` for a buffer that is too short, `DOWNHILL_STATUS_FPU` where the
/// processor rounds otherwise than a fit needs, and as `downhill_size` otherwise.
///
/// # Safety
/// Pointers are NULL or valid for as many bytes as stand beside them; nobody else uses the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_create(
    buffer: *mut c_void,
    buffer_size: usize,
    recipe: *const u8,
    recipe_size: usize,
    fit: *mut *mut Fit,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let bytes = numbers(recipe, recipe_size)?;
        let place = place(fit)?;
        let buffer = NonNull::new(buffer).ok_or(Status::Pointer)?;
        if !fpu_mode_is_default() {
            return Err(Status::Fpu);
        }
        let plan = built::plan(bytes)?;
        let words = built::words(&plan)?;
        if Fit::buffer(words).is_none_or(|need| buffer_size < need) {
            return Err(Status::Room);
        }
        *place = make(&plan, (buffer, words))?;
        Ok(())
    })())
}

/// Makes a fit in a buffer that has room for it; apart, so that its stack and that of reading a recipe
/// are not needed at once.
///
/// # Safety
/// Nobody else uses the buffer, which has room for these words.
#[inline(never)]
unsafe fn make(plan: &Plan, (buffer, words): (NonNull<c_void>, Words)) -> Outcome<*mut Fit> {
    // SAFETY: the caller's.
    unsafe {
        let at = buffer.as_ptr().cast::<u8>();
        let at = at.add(at.align_offset(align_of::<Fit>())).cast::<Fit>();
        let Words { fit, monitor } = words;
        let first = at.add(1).cast::<f32>();
        first.write_bytes(0, fit + monitor);
        let room = (
            slice::from_raw_parts_mut(first, fit),
            slice::from_raw_parts_mut(first.add(fit), monitor),
        );
        at.write(Fit::new(plan, at, room)?);
        Ok(at)
    }
}

/// Lets the scaler learn from a sample; the fit itself does not move. Nothing where there is no scaler,
/// or it is frozen.
///
/// Returns the status of what is wrong with the sample.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_fit_scaler(
    fit: *mut Fit,
    features: *const f32,
    features_count: usize,
    target: *const f32,
    target_count: usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let (features, target) = (
            numbers(features, features_count)?,
            numbers(target, target_count)?,
        );
        fit.execute(Command::FitScaler { features, target })?;
        Ok(())
    })())
}

/// Freezes the scaler: from here on it scales, and the fit can learn.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_freeze_scaler(fit: *mut Fit) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        self::fit(fit)?.execute(Command::FreezeScaler)?;
        Ok(())
    })())
}

/// Learns from one sample, in the units of the recipe's columns; a target of classes is the number of
/// the class. Stores the loss before the update into `loss`, which may be NULL.
///
/// Returns the status of what is wrong with the sample, or of a number that would leave its range;
/// then the fit has not moved.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_observe(
    fit: *mut Fit,
    features: *const f32,
    features_count: usize,
    target: *const f32,
    target_count: usize,
    loss: *mut f32,
) -> Status {
    // All at once: this is the call that a board makes for each sample.
    let astray = (fit.addr() & 7) | ((features.addr() | target.addr() | loss.addr()) & 3);
    if fit.is_null() || features.is_null() || target.is_null() || astray != 0 {
        return Status::Pointer;
    }
    // SAFETY: the caller's.
    unsafe {
        if !Fit::is_at(fit) {
            return Status::NotAFit;
        }
        let features = slice::from_raw_parts(features, features_count);
        let target = slice::from_raw_parts(target, target_count);
        match (*fit).observe(features, target) {
            Ok(before) => {
                if !loss.is_null() {
                    *loss = before;
                }
                Status::Ok
            }
            Err(fault) => Status::from(fault),
        }
    }
}

/// Learns from one sample that counts `weight` times: 0 for not at all.
///
/// Returns as `downhill_observe`.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_observe_weighted(
    fit: *mut Fit,
    features: *const f32,
    features_count: usize,
    target: *const f32,
    target_count: usize,
    weight: f32,
    loss: *mut f32,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let (features, target) = (
            numbers(features, features_count)?,
            numbers(target, target_count)?,
        );
        let sample = Command::Sample {
            features,
            target,
            weight,
        };
        let step = fit.execute(sample)?;
        if let Ok(loss) = place(loss) {
            *loss = step.loss;
        }
        Ok(())
    })())
}

/// Makes the update of a batch that is not full, as at the end of an epoch. Stores its mean loss into
/// `loss`, which may be NULL.
///
/// Returns `DOWNHILL_STATUS_EMPTY_BATCH` where no sample waits, and as `downhill_observe` otherwise.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_apply_batch(fit: *mut Fit, loss: *mut f32) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let step = self::fit(fit)?.execute(Command::ApplyBatch)?;
        if let Ok(loss) = place(loss) {
            *loss = step.loss;
        }
        Ok(())
    })())
}

/// Reports the mean loss of validation samples, which verdicts and a schedule by plateaus go by.
///
/// Returns `DOWNHILL_STATUS_LOSS` for a loss that is not finite.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_report_validation(fit: *mut Fit, loss: f32) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        self::fit(fit)?.execute(Command::ReportValidation { loss })?;
        Ok(())
    })())
}

/// Ends a fit: an averaging optimizer puts the mean in the parameters' place, and the last verdict
/// waits.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_finish(fit: *mut Fit) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        self::fit(fit)?.execute(Command::Finish)?;
        Ok(())
    })())
}

/// Begins anew, with parameters drawn from `seed`; the scaler is forgotten too.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_restart(fit: *mut Fit, seed: u64) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        self::fit(fit)?.execute(Command::Restart { seed })?;
        Ok(())
    })())
}

/// Predicts into `outputs`: amounts in the target's units, or the probability of class 1, or of each
/// class.
///
/// Returns `DOWNHILL_STATUS_LENGTH` for another number of features or outputs than the recipe's, and
/// the status of what is wrong with the features.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_predict(
    fit: *mut Fit,
    features: *const f32,
    features_count: usize,
    outputs: *mut f32,
    outputs_count: usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let features = numbers(features, features_count)?;
        fit.predict(features, numbers_mut(outputs, outputs_count)?)?;
        Ok(())
    })())
}

/// Predicts the number of a class.
///
/// Returns `DOWNHILL_STATUS_NONE` for a recipe whose target is an amount, and as `downhill_predict`
/// otherwise.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_classify(
    fit: *mut Fit,
    features: *const f32,
    features_count: usize,
    class_number: *mut u32,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let (features, class) = (numbers(features, features_count)?, place(class_number)?);
        *class = fit.classify(features)?;
        Ok(())
    })())
}

/// Takes the oldest verdict that waits; at most eight do.
///
/// Returns `DOWNHILL_STATUS_NONE` where none waits, or the recipe asks for no monitor.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_next_verdict(fit: *mut Fit, verdict: *mut Verdict) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let verdict = place(verdict)?;
        *verdict = fit.verdict().ok_or(Status::None)?;
        Ok(())
    })())
}

/// Stores the number of updates made into `steps`.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_steps(fit: *mut Fit, steps: *mut u64) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        *place(steps)? = self::fit(fit)?.steps();
        Ok(())
    })())
}

/// Stores the fingerprint into `fingerprint`: a hash of all that decides the future of the fit. Two fits
/// with the same one have the same bits; `downhill fit` prints it in 16 hexadecimal digits.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_fingerprint(fit: *mut Fit, fingerprint: *mut u64) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        *place(fingerprint)? = self::fit(fit)?.fingerprint();
        Ok(())
    })())
}

/// Copies the parameters, in the units of scaled columns, into `parameters`, and stores their number into
/// `count`.
///
/// Returns `DOWNHILL_STATUS_ROOM` where `room` is less than that; `count` says it all the same.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_parameters(
    fit: *mut Fit,
    parameters: *mut f32,
    room: usize,
    count: *mut usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let (own, count) = (fit.parameters(), place(count)?);
        *count = own.len();
        let places = numbers_mut(parameters, room)?;
        if places.len() < own.len() {
            return Err(Status::Room);
        }
        for (place, parameter) in places.iter_mut().zip(own) {
            *place = parameter;
        }
        Ok(())
    })())
}

/// Copies the state into `words`, and stores its number of words into `count`: parameters, state of the
/// optimizer and scaler, in this order. In fixed point they are integers as the bits of floats.
///
/// Returns as `downhill_parameters`.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_state(
    fit: *mut Fit,
    words: *mut f32,
    room: usize,
    count: *mut usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let (own, count) = (fit.state(), place(count)?);
        *count = own.len();
        let places = numbers_mut(words, room)?;
        let places = places.get_mut(..own.len()).ok_or(Status::Room)?;
        places.copy_from_slice(own);
        Ok(())
    })())
}

/// Goes on from a state, of this fit or of another one of the same recipe, as of so many updates.
///
/// Returns `DOWNHILL_STATUS_LENGTH` for another number of words, and `DOWNHILL_STATUS_UPDATE` for one
/// that no fit can have.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_restore(
    fit: *mut Fit,
    words: *const f32,
    count: usize,
    steps: u64,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let state = numbers(words, count)?;
        fit.execute(Command::Restore { state, steps })?;
        Ok(())
    })())
}

/// Stores the size in bytes of a checkpoint into `size`; it does not change.
///
/// Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_save_size(fit: *mut Fit, size: *mut usize) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        *place(size)? = self::fit(fit)?.save_size();
        Ok(())
    })())
}

/// Writes a checkpoint to the front of `bytes`, and stores its size into `size`. It is that of a board's
/// firmware and of `downhill device pull`.
///
/// Returns `DOWNHILL_STATUS_ROOM` where there is less room than `downhill_save_size` says.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_save(
    fit: *mut Fit,
    bytes: *mut u8,
    room: usize,
    size: *mut usize,
) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        let size = place(size)?;
        *size = fit.save(numbers_mut(bytes, room)?)?;
        Ok(())
    })())
}

/// Goes on where the checkpoint of a fit of the same recipe stopped, with all of its bits.
///
/// Returns `DOWNHILL_STATUS_CHECKPOINT`, `DOWNHILL_STATUS_CHECKPOINT_VERSION` or
/// `DOWNHILL_STATUS_OTHER_CHECKPOINT` for bytes that are none of this fit.
///
/// # Safety
/// `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
/// NULL or valid for as many numbers as stand beside them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn downhill_resume(fit: *mut Fit, bytes: *const u8, size: usize) -> Status {
    // SAFETY: the caller's.
    status((|| unsafe {
        let fit = self::fit(fit)?;
        fit.resume(numbers(bytes, size)?)?;
        Ok(())
    })())
}

/// A status in words, in ASCII; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn downhill_status_text(status: i32) -> *const c_char {
    Status::text(status).unwrap_or(c"unknown status").as_ptr()
}

/// A verdict's finding in words, in ASCII; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn downhill_finding_text(finding: i32) -> *const c_char {
    Finding::text(finding)
        .unwrap_or(c"unknown finding")
        .as_ptr()
}
