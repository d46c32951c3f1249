#include "race.h"

uint32_t race_spins = RACE_SPINS;
