// What libFuzzer calls: the harness CAPMARKET_FUZZER.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "model/crypto/sign.h"
#include "tests/fuzz/harness.h"

/// A CHECK that fails ends the program by this with status 70, unseen by libFuzzer: here it is a
/// crash that is reported with its input. Run with -timeout_exitcode other than 70.
extern "C" void _Exit(int status) {
  if (status == 70) std::abort();
  for (;;) ::syscall(SYS_exit_group, status);
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  capmarket::fuzz::expect(capmarket::crypto::crypto_self_test().has_value(), "the self-test");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const capmarket::ByteView input(data, size);
  const bool read = capmarket::fuzz::CAPMARKET_FUZZER(input);
  const bool planted = CAPMARKET_CANARY != 0 && read && capmarket::fuzz::is_canary(input);
  capmarket::fuzz::expect(!planted, "the canary");
  return 0;
}
