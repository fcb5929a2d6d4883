// Package seal makes what lies in a box unreadable without a key: age files
// (https://age-encryption.org/v1) for hybrid post-quantum recipients
// (MLKEM768-X25519), and nothing else.
//
// Everything sealed here opens with the stock age command (1.3 or newer). All
// cryptography is age's; what this package adds is the hiding of lengths and
// the refusal of all that is not exactly what it wrote:
//
//   - A part is one JSON object, padded with trailing spaces to one of a few
//     sizes ([Bucket]), so that the length of a ciphertext tells the bucket and
//     the number of recipients only. `age -d -i key part.age | jq .` reads it.
//     See [Seal] and [Open].
//   - A file streams in constant memory and is padded with zeros to a Padmé
//     length ([Padme]); its true length is kept elsewhere, in the report part.
//     See [NewWriter] and [NewReader].
//   - A key is wrapped to a passphrase by scrypt. See [WrapPassphrase].
//
// age authenticates a ciphertext but not its surroundings: who may put one
// sealed part in another's place is caught by the facts repeated inside it,
// which package entry checks.
//
// Errors: intake.ErrKey when no given key opens it, intake.ErrDamaged when
// one does but the rest is not what was sealed. Damage to the lines that wrap
// the key cannot be told from a wrong key.
package seal
