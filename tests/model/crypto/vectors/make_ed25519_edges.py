#!/usr/bin/env python3
"""Writes ed25519_edges.txt: signatures at the edges of Ed25519 verification, by textbook arithmetic.

Shares nothing with the library under test. A line: flags, key, signature, message (hex).
Flags are those of C2SP's CCTV, with two more for the scalar:
  low_order_A, low_order_R                      the point is one of the 14 encodings of small order
  low_order_component_A, low_order_component_R  it has a part of small order
  non_canonical_A, non_canonical_R              another encoding of the point is the canonical one
  low_order_residue                             the equation holds with the cofactor only
  reencoded_k                                   the hash is over the canonical encodings instead
  s_plus_order, s_high                          S and a multiple of L; one with the top bits set
  wrong                                         the equation does not hold
"""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BY = 4 * pow(5, P - 2, P) % P


def root(y):
    """The even x of that y."""
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P:
        return None
    return P - x if x & 1 else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)


def mul(n, a):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, a)
        a, n = add(a, a), n >> 1
    return out


def encode(a):
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


BASE = (root(BY), BY)


def torsion():
    """A point of order 8."""
    y = 2
    while True:
        if root(y) is not None:
            t = mul(L, (root(y), y))
            if mul(4, t) != (0, 1):
                return t
        y += 1


T8 = torsion()
SMALL = [mul(i, T8) for i in range(8)]


def small_encodings():
    """All 14 encodings of the 8 points of small order: (bytes, point, canonical)."""
    out = []
    for p in SMALL:
        seen = [encode(p)]
        for y in (p[1], p[1] + P):
            if y >= 2**255:
                continue
            for sign in ((p[0] & 1,) if p[0] else (0, 1)):
                e = (y | sign << 255).to_bytes(32, "little")
                if e not in seen:
                    seen.append(e)
        out += [(e, p, i == 0) for i, e in enumerate(seen)]
    return out


def k_of(r, a, m):
    return int.from_bytes(hashlib.sha512(r + a + m).digest(), "little") % L


def points(secret):
    """Points as A or R may be: (discrete logarithm of the prime part, torsion, bytes, flags)."""
    out = []
    for e, p, canonical in sorted(small_encodings(), key=lambda x: x[0]):
        flags = ["low_order"] + ([] if p == (0, 1) else ["low_order_component"])
        out.append((0, p, e, flags + ([] if canonical else ["non_canonical"])))
    for i in (0, 1, 2, 4):  # of order 1, 8, 4, 2
        t = SMALL[i]
        p = add(mul(secret, BASE), t)
        out.append((secret, t, encode(p), ["low_order_component"] if i else []))
    return out


def edges(out):
    a_points, r_points = points(0x1F3 * 2**200 + 77), points(0x2C5 * 2**190 + 1234567)
    for a, ta, a_bytes, a_flags in a_points:
        for r, tr, r_bytes, r_flags in r_points:
            for residue in (False, True):
                for again in (False, True):
                    nc = "non_canonical" in a_flags + r_flags
                    if again and not nc:
                        continue
                    ka, kr = (encode(add(mul(a, BASE), ta)), encode(add(mul(r, BASE), tr))) if again \
                        else (a_bytes, r_bytes)
                    for n in range(64):
                        m = b"edge %d" % n
                        k = k_of(kr, ka, m)
                        left = add(tr, mul(k, ta))
                        if (left != (0, 1)) == residue:
                            break
                    else:
                        continue
                    s = (r + k * a) % L
                    flags = [f + "_A" for f in a_flags] + [f + "_R" for f in r_flags]
                    if residue:
                        flags.append("low_order_residue")
                    if again:
                        flags.append("reencoded_k")
                    out.append((flags, a_bytes, r_bytes, s, m))
    # The scalar, of a signature that is good but for it.
    _, _, a_bytes, _ = a_points[14]
    a = a_points[14][0]
    r, _, r_bytes, _ = r_points[14]
    m = b"the scalar"
    s = (r + k_of(r_bytes, a_bytes, m) * a) % L
    out.append(([], a_bytes, r_bytes, s, m))
    out.append((["s_plus_order"], a_bytes, r_bytes, s + L, m))
    out.append((["s_plus_order", "s_high"], a_bytes, r_bytes, s + 8 * L, m))
    out.append((["s_plus_order", "s_high"], a_bytes, r_bytes, s + 15 * L, m))
    out.append((["wrong"], a_bytes, r_bytes, (s + 1) % L, m))
    out.append((["wrong"], a_bytes, r_bytes, 0, m))
    out.append((["wrong", "s_plus_order"], a_bytes, r_bytes, L, m))


if __name__ == "__main__":
    rows = []
    edges(rows)
    print("# Made by make_ed25519_edges.py, the project's own: flags key signature message (hex)")
    for flags, a_bytes, r_bytes, s, m in rows:
        print(",".join(flags) or "-", a_bytes.hex(), (r_bytes + s.to_bytes(32, "little")).hex(), m.hex())
