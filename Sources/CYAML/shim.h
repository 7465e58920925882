#pragma once

// libyaml's event parser: each event tells the line that it begins on.
#include <yaml.h>
