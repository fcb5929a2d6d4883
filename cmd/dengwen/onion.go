package main

import (
	"bytes"
	"crypto/sha3"
	"encoding/base32"
	"strings"
)

// onionAddress reads the address of an onion service of version 3, with or
// without http:// or https:// before it, and returns it with one, http where
// none is given, and without a slash at its end. Tor's rend-spec-v3, section
// 6 [ONIONADDRESS]: 56 characters of base32 hold a public key, a checksum and
// the version, so that a slip of the pen is found here and not by reporters.
func onionAddress(text string) (string, bool) {
	scheme, name, given := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "://")
	if !given {
		scheme, name = "http", scheme
	}
	if scheme != "http" && scheme != "https" {
		return "", false
	}
	name = strings.TrimSuffix(name, "/")
	code, is := strings.CutSuffix(name, ".onion")
	if !is || len(code) != 56 {
		return "", false
	}
	raw, err := base32.StdEncoding.DecodeString(strings.ToUpper(code))
	if err != nil || len(raw) != 35 {
		return "", false
	}
	key, sum, version := raw[:32], raw[32:34], raw[34]
	if version != 3 || !bytes.Equal(sum, onionSum(key, version)) {
		return "", false
	}
	return scheme + "://" + name, true
}

// onionSum is the checksum of an onion address.
func onionSum(key []byte, version byte) []byte {
	sum := sha3.Sum256(append(append([]byte(".onion checksum"), key...), version))
	return sum[:2]
}
