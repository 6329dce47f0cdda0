// Signatures that tell the ways to verify Ed25519 apart, and what this protocol says of each: made by
// tests/model/crypto/vectors/make_ed25519_edges.py, of the classes that C2SP's CCTV and the paper
// "Taming the many EdDSAs" (eprint 2020/1244) name. Source: docs/spec/chain.md#ed25519.
#pragma once

#include <array>

namespace capmarket::crypto {

/// One signature of an edge.
struct EdgeSignature {
  const char* what;
  bool accepted;    // as a signature
  bool key_enters;  // as a key that is granted
  const char* key;  // all three in hex
  const char* signature;
  const char* message;
};

inline constexpr std::array<EdgeSignature, 19> kEdgeSignatures = {{
    {"a good signature", true, true,
     "2e849564bfec0b575e9cb97b7627d62436498b68700e340f0e3f1def6e54c1cd",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "5e8541062b819a8c8c1e3194a781e5d944aeb13116b832dfe8a3dc2e0db5c60b",
     "656467652030"},
    {"S + L", false, true,
     "2e849564bfec0b575e9cb97b7627d62436498b68700e340f0e3f1def6e54c1cd",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "f96d6c2e5f1bcd1589a03f9a338201d075e455a3a8dde6cd23f7bba640242d18",
     "746865207363616c6172"},
    {"S with its top bits set", false, true,
     "2e849564bfec0b575e9cb97b7627d62436498b68700e340f0e3f1def6e54c1cd",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "743925b917d14d7e65ea040f4a571a6276e455a3a8dde6cd23f7bba640242d88",
     "746865207363616c6172"},
    {"a key with a part of order 8, where the equation holds", true, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "87bed628d13efa23fa9020c08b8f4e9de2ecc174a264ae7bed81831d26da890e",
     "65646765203132"},
    {"a key with a part of order 4, where the equation holds", true, false,
     "cdfaba81a846dab0b971001ebede02abb9b7ad670d1fc2487a933e1baad9c912",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "9c2fd5868130400758cd058805493efa5ce563d32d1424057301de03be4eac0b",
     "656467652034"},
    {"a key with a part of order 2, where the equation holds", true, false,
     "bf7b6a9b4013f4a8a163468489d829dbc9b674978ff1cbf0f1c0e21091ab3e32",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "34d00f6b7cb4802c39da1ec59742988326e82bb513777e0ac2e9a6fe8e0d6603",
     "656467652031"},
    {"a key and an R with parts of small order, where the equation holds", true, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "b16937378db981d6faaa2ff58991abed5ed134b11d399fab901d0abf71684fd5"
     "4de7435fc57bd7b1f7ff5029c39c7f0893f9ed50e4fc71b3ef20a7fb64570702",
     "65646765203132"},
    {"an equation that holds with the cofactor only, by the key's part", false, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "d6765c5988a2c6a1e49c0d2e7557f620aed2517e5e9e75569b50cd376b5b5e05",
     "656467652030"},
    {"an equation that holds with the cofactor only, by R's part", false, true,
     "2e849564bfec0b575e9cb97b7627d62436498b68700e340f0e3f1def6e54c1cd",
     "9966c511485722967d2e514e7b6f10af9007ddeb07572705f009742b43874c1e"
     "78b62b8f3212ac40fe821b07cf9b1f711888b30699d86ad3356c179e62b76101",
     "656467652030"},
    {"an equation that holds with the cofactor only, by both parts", false, false,
     "cdfaba81a846dab0b971001ebede02abb9b7ad670d1fc2487a933e1baad9c912",
     "9966c511485722967d2e514e7b6f10af9007ddeb07572705f009742b43874c1e"
     "bcc15756ee66b842a9607d3025e291dad14270b4ba18c4f4c7dd7fc9e66b5f07",
     "656467652030"},
    {"a key of small order", false, false,
     "0000000000000000000000000000000000000000000000000000000000000000",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "87d612000000000000000000000000000000000000000040b100000000000000",
     "656467652031"},
    {"the identity as key", false, false,
     "0100000000000000000000000000000000000000000000000000000000000000",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "87d612000000000000000000000000000000000000000040b100000000000000",
     "656467652030"},
    {"an R of small order", false, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "920f296d2007ecfbc749f4ae2c455d91b1da50a827203977b8f5285cb3d8ec0b",
     "656467652030"},
    {"the identity as R", false, true,
     "2e849564bfec0b575e9cb97b7627d62436498b68700e340f0e3f1def6e54c1cd",
     "0100000000000000000000000000000000000000000000000000000000000000"
     "20d7f92c1ab048e3673c875d1f1ef9188bdbf14eb80cf66e25bbfed92a642609",
     "656467652030"},
    {"a key and an R of small order", false, false,
     "0000000000000000000000000000000000000000000000000000000000000000",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     "656467652031"},
    {"a non-canonical key", false, false,
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "87d612000000000000000000000000000000000000000040b100000000000000",
     "656467652033"},
    {"a non-canonical key, made canonical in the hash", false, false,
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "3c96c8c872467e290555d00a766e5412a12ecb4ee2c660546fe2f5408e97b02a"
     "87d612000000000000000000000000000000000000000040b100000000000000",
     "656467652030"},
    {"a non-canonical R", false, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "e157a4a1cc7f4ab31f72ce3f541a1e3b5e403651cf9ba18913be3f61e5e9c10c",
     "656467652030"},
    {"a non-canonical R, made canonical in the hash", false, false,
     "6e299ff815a7096452f233e171b6c8ed265999f40b23604f8e7f4c08bf02ee63",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "457a6c486204f8f3f1bd89f37f61e6b9bf237a80eb4d569b22a2756f05eac407",
     "656467652037"},
}};

}  // namespace capmarket::crypto
