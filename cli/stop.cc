#include "cli/stop.h"

#include "cli/command.h"

namespace capmarket::cli {

int report_stop(const Stop& reason) {
  report_problems(reason.problems);
  return reason.status;
}

}  // namespace capmarket::cli
