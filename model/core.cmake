set(CAPMARKET_MODEL_CORE
  base/bytes.cc
  base/check.cc
  base/integers.cc
  base/result.cc
  base/text.cc
  codec/cbor.cc
  location/path.cc)
