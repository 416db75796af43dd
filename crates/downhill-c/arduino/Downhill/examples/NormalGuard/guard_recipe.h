/* Recipe of a fit to vibration.csv, to predict each feature.
 * Written by downhill 0.1.0. Create a fit with it:
 *
 *   static uint8_t memory[GUARD_BUFFER];
 *   downhill_fit *fit;
 *   downhill_create(memory, sizeof memory, guard_recipe, sizeof guard_recipe, &fit);
 *
 * The features, in their own units, in this order:
 *   0  rms
 *   1  p2p
 *   2  mav
 *   3  crest
 */
#if defined(DOWNHILL_GUARD_RECIPE_H) && DOWNHILL_GUARD_RECIPE_H != 0x0b534dd1
#error "two recipes are named guard: write one of them with --name"
#endif
#ifndef DOWNHILL_GUARD_RECIPE_H
#define DOWNHILL_GUARD_RECIPE_H 0x0b534dd1

#include "downhill.h"

#define GUARD_FEATURES 4
#define GUARD_TARGETS 4
#define GUARD_OUTPUTS 4
/* Bytes of the buffer of a fit, and of its longest checkpoint. */
#define GUARD_BUFFER DOWNHILL_BUFFER(102)
#define GUARD_CHECKPOINT 448

static const uint8_t guard_recipe[67] = {
    0x44, 0x48, 0x52, 0x43, 0x01, 0x02, 0x04, 0x02, 0x00, 0x00, 0x04, 0x01,
    0x00, 0x07, 0x6f, 0x12, 0x03, 0x3b, 0x66, 0x66, 0x66, 0x3f, 0x77, 0xbe,
    0x7f, 0x3f, 0x77, 0xcc, 0x2b, 0x32, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0xa4, 0x9e, 0xbe, 0xbe,
};

static const char *const guard_features[4] = {
    "rms",
    "p2p",
    "mav",
    "crest"
};

#endif
