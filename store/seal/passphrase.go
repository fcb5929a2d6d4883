package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"filippo.io/age"

	"dengwen/intake"
)

// workFactor is log₂ of scrypt's N, age's own default: 256 MiB and about a
// second for each try. Tests lower it (storetest.SetWorkFactor).
var workFactor = 18

// maxWorkFactor bounds what opening may cost, whatever the file asks for.
const maxWorkFactor = 18

// scrypting is held while scrypt runs, so that many sign-ins at once take
// their turns instead of 256 MiB each.
var scrypting sync.Mutex

// maxWrapped is the longest secret that is wrapped, in bytes.
const maxWrapped = 64 << 10

// WrapPassphrase seals a short secret (at most 64 KiB) so that the passphrase
// opens it. It does not pad: what it wraps are keys, whose lengths are no
// secret. It takes 256 MiB and about a second.
func WrapPassphrase(plaintext []byte, passphrase string) ([]byte, error) {
	if len(plaintext) > maxWrapped {
		return nil, fmt.Errorf("wrap: %d bytes: %w", len(plaintext), intake.ErrTooLong)
	}
	key, err := age.NewScryptRecipient(canonical(passphrase))
	if err != nil {
		return nil, fmt.Errorf("wrap: empty passphrase: %w", intake.ErrPassphrase)
	}
	key.SetWorkFactor(workFactor)
	var out bytes.Buffer
	scrypting.Lock()
	w, err := age.Encrypt(&out, key)
	scrypting.Unlock()
	if err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	return out.Bytes(), nil
}

// UnwrapPassphrase opens what WrapPassphrase made. A wrong passphrase gives
// intake.ErrPassphrase, anything else intake.ErrDamaged; damage to the line
// that wraps the key cannot be told from a wrong passphrase. It costs what
// wrapping costs, and never more: a file that asks for more is refused.
func UnwrapPassphrase(sealed []byte, passphrase string) ([]byte, error) {
	key, err := age.NewScryptIdentity(canonical(passphrase))
	if err != nil {
		return nil, fmt.Errorf("unwrap: empty passphrase: %w", intake.ErrPassphrase)
	}
	key.SetMaxWorkFactor(maxWorkFactor)
	scrypting.Lock()
	r, err := age.Decrypt(bytes.NewReader(sealed), key)
	scrypting.Unlock()
	if err != nil {
		// age also says "no match" where there is no passphrase line at all.
		if miss, ok := errors.AsType[*age.NoIdentityMatchError](err); ok && slices.Contains(miss.StanzaTypes, "scrypt") {
			return nil, fmt.Errorf("unwrap: %w", intake.ErrPassphrase)
		}
		return nil, fmt.Errorf("unwrap: %w: %.200s", intake.ErrDamaged, err)
	}
	plaintext, err := io.ReadAll(io.LimitReader(r, maxWrapped+1))
	if err != nil {
		return nil, fmt.Errorf("unwrap: %w: %.200s", intake.ErrDamaged, err)
	}
	if len(plaintext) > maxWrapped {
		return nil, fmt.Errorf("unwrap: more than %d bytes: %w", maxWrapped, intake.ErrDamaged)
	}
	return plaintext, nil
}
