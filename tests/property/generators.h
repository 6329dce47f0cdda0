// Random objects of every kind: structurally valid, otherwise as odd as the wire allows.
#pragma once

#include <rapidcheck.h>

#include "model/objects/object.h"

namespace capmarket::testing {

/// An object of that kind which decode_object accepts once encoded. Lists are short, integers are
/// small or at the wire's bounds. Shrinks toward zeros and empty lists.
rc::Gen<Object> object_of(Kind kind);

}  // namespace capmarket::testing
