/* Downhill: fits of sensor data in fixed buffers, with the same bits on every core.
 *
 * Made by cbindgen from crates/downhill-c. MIT OR Apache-2.0.
 */

#ifndef DOWNHILL_H
#define DOWNHILL_H

#include <stddef.h>
#include <stdint.h>
/** Bytes of a buffer for a fit of so many words, which the header of its recipe names. */
#define DOWNHILL_BUFFER(words) (DOWNHILL_FIT_BYTES + 4 * (words))

/**
 * Bytes of a buffer beside the words of a fit, at whatever address it begins.
 */
#define DOWNHILL_FIT_BYTES 1472

/**
 * Outcome of a call. Whatever it is but `DOWNHILL_STATUS_OK`, nothing has changed.
 */
enum downhill_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Done.
   */
  DOWNHILL_STATUS_OK = 0,
  /**
   * A pointer is NULL, or is not aligned for what it points to.
   */
  DOWNHILL_STATUS_POINTER = 1,
  /**
   * This is no fit: `downhill_create` has not made it, or its buffer was written to.
   */
  DOWNHILL_STATUS_NOT_A_FIT = 2,
  /**
   * The buffer is too short: `downhill_size` tells what a fit needs, `downhill_save_size` what a
   * checkpoint does.
   */
  DOWNHILL_STATUS_ROOM = 3,
  /**
   * These bytes are no recipe, or some of them are missing or changed.
   */
  DOWNHILL_STATUS_RECIPE = 4,
  /**
   * The recipe is of another version: write it again with a `downhill` of this library's.
   */
  DOWNHILL_STATUS_RECIPE_VERSION = 5,
  /**
   * This library was built for one recipe, and the one given is another.
   */
  DOWNHILL_STATUS_OTHER_RECIPE = 6,
  /**
   * No fit can be built from the recipe: a setting is impossible.
   */
  DOWNHILL_STATUS_SETTING = 7,
  /**
   * There are fewer or more numbers than the recipe has.
   */
  DOWNHILL_STATUS_LENGTH = 8,
  /**
   * A feature is infinite or NaN.
   */
  DOWNHILL_STATUS_FEATURE = 9,
  /**
   * A target is infinite, NaN, or not one that the loss accepts: a class that there is not, say.
   */
  DOWNHILL_STATUS_TARGET = 10,
  /**
   * The weight is infinite, NaN or negative; in fixed point, not 0 or 1.
   */
  DOWNHILL_STATUS_WEIGHT = 11,
  /**
   * The prediction is infinite or NaN; in fixed point, beyond its range.
   */
  DOWNHILL_STATUS_PREDICTION = 12,
  /**
   * The loss is infinite or NaN.
   */
  DOWNHILL_STATUS_LOSS = 13,
  /**
   * The gradient is too large: lower the learning rate, or clip it.
   */
  DOWNHILL_STATUS_GRADIENT = 14,
  /**
   * The update would move a parameter out of its range: lower the learning rate.
   */
  DOWNHILL_STATUS_UPDATE = 15,
  /**
   * The scaler is still learning: call `downhill_freeze_scaler` first.
   */
  DOWNHILL_STATUS_SCALER = 16,
  /**
   * No sample waits in a batch.
   */
  DOWNHILL_STATUS_EMPTY_BATCH = 17,
  /**
   * A fit goes on from fewer steps than that.
   */
  DOWNHILL_STATUS_STEPS = 18,
  /**
   * These bytes are no checkpoint, or some of them are missing or changed.
   */
  DOWNHILL_STATUS_CHECKPOINT = 19,
  /**
   * The checkpoint is of another version.
   */
  DOWNHILL_STATUS_CHECKPOINT_VERSION = 20,
  /**
   * The checkpoint is of another recipe.
   */
  DOWNHILL_STATUS_OTHER_CHECKPOINT = 21,
  /**
   * Nothing waits: there is no verdict, or the prediction is of no class.
   */
  DOWNHILL_STATUS_NONE = 22,
  /**
   * The processor flushes small numbers to zero, or rounds otherwise than to the nearest: a fit needs
   * its floating-point unit as it is after a reset.
   */
  DOWNHILL_STATUS_FPU = 23,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum downhill_status downhill_status;
#else
typedef int32_t downhill_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Finding of a verdict. `docs/verdicts.md` says of each when it is reported, and what to do.
 */
enum downhill_finding
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * A sample was refused.
   */
  DOWNHILL_FINDING_NON_FINITE = 0,
  /**
   * The loss has risen far above that of a constant guess.
   */
  DOWNHILL_FINDING_DIVERGING = 1,
  /**
   * Gradients are far larger than they were at first.
   */
  DOWNHILL_FINDING_EXPLODING_GRADIENT = 2,
  /**
   * A layer's gradients are far smaller than those of the last one.
   */
  DOWNHILL_FINDING_VANISHING_GRADIENT = 3,
  /**
   * Most units of a hidden layer pass no gradient back.
   */
  DOWNHILL_FINDING_DEAD_UNITS = 4,
  /**
   * The loss falls.
   */
  DOWNHILL_FINDING_CONVERGING = 5,
  /**
   * The loss no longer falls, and is well below that of a constant guess.
   */
  DOWNHILL_FINDING_CONVERGED = 6,
  /**
   * The loss no longer falls, and is not well below that of a constant guess.
   */
  DOWNHILL_FINDING_PLATEAU = 7,
  /**
   * Each step undoes most of the one before.
   */
  DOWNHILL_FINDING_OSCILLATING = 8,
  /**
   * Steps have all but stopped at a loss no better than at first.
   */
  DOWNHILL_FINDING_SADDLE_SUSPECTED = 9,
  /**
   * The validation loss rises while that of the samples learned from falls.
   */
  DOWNHILL_FINDING_OVERFITTING = 10,
  /**
   * The fit has ended little better than a constant guess.
   */
  DOWNHILL_FINDING_UNDERFITTING = 11,
  /**
   * A feature is far larger than another.
   */
  DOWNHILL_FINDING_UNSCALED_FEATURE = 12,
  /**
   * A feature never changes.
   */
  DOWNHILL_FINDING_DEAD_FEATURE = 13,
  /**
   * Two features are collinear.
   */
  DOWNHILL_FINDING_COLLINEAR_FEATURES = 14,
  /**
   * One class is far more frequent than another.
   */
  DOWNHILL_FINDING_CLASS_IMBALANCE = 15,
  /**
   * The loss is better than a constant guess's, and the metric is not.
   */
  DOWNHILL_FINDING_LOSS_METRIC_MISMATCH = 16,
  /**
   * The target looks like the number of a class.
   */
  DOWNHILL_FINDING_WRONG_LOSS = 17,
  /**
   * The learning rate is too high.
   */
  DOWNHILL_FINDING_LEARNING_RATE_TOO_HIGH = 18,
  /**
   * The learning rate is too low.
   */
  DOWNHILL_FINDING_LEARNING_RATE_TOO_LOW = 19,
  /**
   * The loss has risen and stays up.
   */
  DOWNHILL_FINDING_DRIFT = 20,
  /**
   * The fit was rolled back to its last good parameters.
   */
  DOWNHILL_FINDING_ROLLED_BACK = 21,
  /**
   * The parameters were perturbed at random.
   */
  DOWNHILL_FINDING_PERTURBED = 22,
  /**
   * One that this header does not know.
   */
  DOWNHILL_FINDING_OTHER = 23,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum downhill_finding downhill_finding;
#else
typedef int32_t downhill_finding;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A fit. It lies at the front of the buffer that `downhill_create` was given, and its numbers
 * behind it: do not move it, and do not copy it.
 */
typedef struct downhill_fit downhill_fit;

/**
 * A finding about how the fit goes, with the step at which it was made.
 */
typedef struct downhill_verdict {
  /**
   * Updates made by the fit.
   */
  uint64_t step;
  /**
   * The finding.
   */
  downhill_finding finding;
  /**
   * The number that it rests on: the mean loss of a fit that converges, the rate to try where one
   * is wrong, otherwise a ratio or a share, as `docs/verdicts.md` says; 0 where there is none.
   */
  float value;
  /**
   * The layer or the feature that it is about, counted from 0; 0 where it is about the fit.
   */
  uint16_t index;
  /**
   * 1 for what fails a fit, such as a sample that was refused: it is told once, and the fit may go on;
   * 0 for advice.
   */
  uint8_t failure;
} downhill_verdict;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Stores the size in bytes of a buffer for the fit of a recipe into `size`. `DOWNHILL_BUFFER`, with
 * the words that the recipe's header names, is as much or a little more.
 *
 * Returns `DOWNHILL_STATUS_POINTER`, `DOWNHILL_STATUS_RECIPE`, `DOWNHILL_STATUS_RECIPE_VERSION`,
 * `DOWNHILL_STATUS_OTHER_RECIPE` or `DOWNHILL_STATUS_SETTING` where it cannot.
 *
 * # Safety
 * Pointers are NULL or valid for as many bytes as stand beside them.
 */
downhill_status downhill_size(const uint8_t *recipe, size_t recipe_size, size_t *size);

/**
 * Makes the fit of a recipe in a buffer, which belongs to it from then on, and stores where it is
 * into `fit`. Its parameters are drawn from the recipe's seed. A fit that was in the buffer is gone;
 * where the call is refused, it is as it was.
 *
 * Returns `DOWNHILL_STATUS_ROOM` for a buffer that is too short, `DOWNHILL_STATUS_FPU` where the
 * processor rounds otherwise than a fit needs, and as `downhill_size` otherwise.
 *
 * # Safety
 * Pointers are NULL or valid for as many bytes as stand beside them; nobody else uses the buffer.
 */
downhill_status downhill_create(void *buffer,
                                size_t buffer_size,
                                const uint8_t *recipe,
                                size_t recipe_size,
                                struct downhill_fit **fit);

/**
 * Lets the scaler learn from a sample; the fit itself does not move. Nothing where there is no scaler,
 * or it is frozen.
 *
 * Returns the status of what is wrong with the sample.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_fit_scaler(struct downhill_fit *fit,
                                    const float *features,
                                    size_t features_count,
                                    const float *target,
                                    size_t target_count);

/**
 * Freezes the scaler: from here on it scales, and the fit can learn.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_freeze_scaler(struct downhill_fit *fit);

/**
 * Learns from one sample, in the units of the recipe's columns; a target of classes is the number of
 * the class. Stores the loss before the update into `loss`, which may be NULL.
 *
 * Returns the status of what is wrong with the sample, or of a number that would leave its range;
 * then the fit has not moved.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_observe(struct downhill_fit *fit,
                                 const float *features,
                                 size_t features_count,
                                 const float *target,
                                 size_t target_count,
                                 float *loss);

/**
 * Learns from one sample that counts `weight` times: 0 for not at all.
 *
 * Returns as `downhill_observe`.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_observe_weighted(struct downhill_fit *fit,
                                          const float *features,
                                          size_t features_count,
                                          const float *target,
                                          size_t target_count,
                                          float weight,
                                          float *loss);

/**
 * Makes the update of a batch that is not full, as at the end of an epoch. Stores its mean loss into
 * `loss`, which may be NULL.
 *
 * Returns `DOWNHILL_STATUS_EMPTY_BATCH` where no sample waits, and as `downhill_observe` otherwise.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_apply_batch(struct downhill_fit *fit,
                                     float *loss);

/**
 * Reports the mean loss of validation samples, which verdicts and a schedule by plateaus go by.
 *
 * Returns `DOWNHILL_STATUS_LOSS` for a loss that is not finite.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_report_validation(struct downhill_fit *fit, float loss);

/**
 * Ends a fit: an averaging optimizer puts the mean in the parameters' place, and the last verdict
 * waits.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_finish(struct downhill_fit *fit);

/**
 * Begins anew, with parameters drawn from `seed`; the scaler is forgotten too.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_restart(struct downhill_fit *fit, uint64_t seed);

/**
 * Predicts into `outputs`: amounts in the target's units, or the probability of class 1, or of each
 * class.
 *
 * Returns `DOWNHILL_STATUS_LENGTH` for another number of features or outputs than the recipe's, and
 * the status of what is wrong with the features.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_predict(struct downhill_fit *fit,
                                 const float *features,
                                 size_t features_count,
                                 float *outputs,
                                 size_t outputs_count);

/**
 * Predicts the number of a class.
 *
 * Returns `DOWNHILL_STATUS_NONE` for a recipe whose target is an amount, and as `downhill_predict`
 * otherwise.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_classify(struct downhill_fit *fit,
                                  const float *features,
                                  size_t features_count,
                                  uint32_t *class_number);

/**
 * Takes the oldest verdict that waits; at most eight do.
 *
 * Returns `DOWNHILL_STATUS_NONE` where none waits, or the recipe asks for no monitor.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_next_verdict(struct downhill_fit *fit, struct downhill_verdict *verdict);

/**
 * Stores the number of updates made into `steps`.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_steps(struct downhill_fit *fit, uint64_t *steps);

/**
 * Stores the fingerprint into `fingerprint`: a hash of all that decides the future of the fit. Two fits
 * with the same one have the same bits; `downhill fit` prints it in 16 hexadecimal digits.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_fingerprint(struct downhill_fit *fit,
                                     uint64_t *fingerprint);

/**
 * Copies the parameters, in the units of scaled columns, into `parameters`, and stores their number into
 * `count`.
 *
 * Returns `DOWNHILL_STATUS_ROOM` where `room` is less than that; `count` says it all the same.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_parameters(struct downhill_fit *fit,
                                    float *parameters,
                                    size_t room,
                                    size_t *count);

/**
 * Copies the state into `words`, and stores its number of words into `count`: parameters, state of the
 * optimizer and scaler, in this order. In fixed point they are integers as the bits of floats.
 *
 * Returns as `downhill_parameters`.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_state(struct downhill_fit *fit,
                               float *words,
                               size_t room,
                               size_t *count);

/**
 * Goes on from a state, of this fit or of another one of the same recipe, as of so many updates.
 *
 * Returns `DOWNHILL_STATUS_LENGTH` for another number of words, and `DOWNHILL_STATUS_UPDATE` for one
 * that no fit can have.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_restore(struct downhill_fit *fit,
                                 const float *words,
                                 size_t count,
                                 uint64_t steps);

/**
 * Stores the size in bytes of a checkpoint into `size`; it does not change.
 *
 * Returns `DOWNHILL_STATUS_POINTER` or `DOWNHILL_STATUS_NOT_A_FIT` where it cannot.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_save_size(struct downhill_fit *fit, size_t *size);

/**
 * Writes a checkpoint to the front of `bytes`, and stores its size into `size`. It is that of a board's
 * firmware and of `downhill device pull`.
 *
 * Returns `DOWNHILL_STATUS_ROOM` where there is less room than `downhill_save_size` says.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_save(struct downhill_fit *fit,
                              uint8_t *bytes,
                              size_t room,
                              size_t *size);

/**
 * Goes on where the checkpoint of a fit of the same recipe stopped, with all of its bits.
 *
 * Returns `DOWNHILL_STATUS_CHECKPOINT`, `DOWNHILL_STATUS_CHECKPOINT_VERSION` or
 * `DOWNHILL_STATUS_OTHER_CHECKPOINT` for bytes that are none of this fit.
 *
 * # Safety
 * `fit` is NULL or points to a buffer that a fit may be in and nobody else uses; other pointers are
 * NULL or valid for as many numbers as stand beside them.
 */
downhill_status downhill_resume(struct downhill_fit *fit, const uint8_t *bytes, size_t size);

/**
 * A status in words, in ASCII; never NULL.
 */
const char *downhill_status_text(int32_t status);

/**
 * A verdict's finding in words, in ASCII; never NULL.
 */
const char *downhill_finding_text(int32_t finding);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DOWNHILL_H */
