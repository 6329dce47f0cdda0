// Publishers state the price index of a rule. Source:
// docs/spec/semantics.md#price-index.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Plans the first index, one interval after the start.
void schedule_index(const party::PublisherView& v);
/// States the index of the publisher's rule over the legs so far, and plans the next; nothing where
/// there are no legs. One that cherry-picks leaves legs out.
void publish(const party::PublisherView& v);

}  // namespace capmarket::agents
