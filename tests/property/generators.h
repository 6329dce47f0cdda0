// Random objects of every kind: structurally valid, otherwise as odd as the wire allows.
#pragma once

#include <rapidcheck.h>

#include "model/objects/object.h"

namespace capmarket::property {

/// An object of that kind which decode_object accepts once encoded. Lists are short, integers are
/// small or at the wire's bounds. Shrinks toward zeros and empty lists.
rc::Gen<objects::Object> object_of(objects::Kind kind);

}  // namespace capmarket::property
