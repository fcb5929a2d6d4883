package intake

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// The form of a receipt code: random digits, then two check digits.
const (
	receiptRandom = 22
	receiptDigits = receiptRandom + 2
	// maxReceiptInput bounds, in bytes, what ParseReceipt looks at; a code
	// pasted with every separator people use is far shorter.
	maxReceiptInput = 1 << 10
)

// A Receipt is the code that whoever sent a web report takes away: 24 decimal
// digits, 22 of them random (73 bits), then two check digits by ISO 7064
// MOD 97-10, as in IBAN. Every single wrong digit and every swap of two
// neighbours is caught, for 97 divides neither a digit nor nine times a digit,
// at any place. The code carries no order and no time. It opens the report's
// row: never log it, never store it.
type Receipt string

// NewReceipt draws a code from the system's random source. All 10^22 codes
// are equally likely.
func NewReceipt() Receipt {
	code := make([]byte, 0, receiptDigits)
	for pool := make([]byte, 32); ; {
		rand.Read(pool) // never fails: it ends the program instead
		for _, b := range pool {
			if b >= 250 {
				continue // 250 is the largest multiple of ten in a byte
			}
			if code = append(code, '0'+b%10); len(code) == receiptRandom {
				return Receipt(appendCheck(code))
			}
		}
	}
}

// appendCheck appends the two digits that make the number 1 modulo 97. They
// are 02 to 98: 00, 01 and 99 never occur.
func appendCheck(digits []byte) []byte {
	rest := 0
	for _, d := range digits {
		rest = (rest*10 + int(d-'0')) % 97
	}
	check := 98 - rest*100%97
	return append(digits, byte('0'+check/10), byte('0'+check%10))
}

// ParseReceipt reads a code as people type and paste it: with white space of
// every kind, dashes, invisible characters and full-width digits. Everything
// else is ErrMistyped with what is wrong; the text never repeats the input.
func ParseReceipt(s string) (Receipt, error) {
	if len(s) > maxReceiptInput {
		return "", Explain(ErrMistyped, "receipt.far-longer", "it is far longer than %d digits", receiptDigits)
	}
	code := make([]byte, 0, receiptDigits)
	place := 0
	for _, r := range s {
		place++
		switch {
		case r >= '0' && r <= '9':
			code = append(code, byte(r))
		case r >= '０' && r <= '９':
			code = append(code, byte(r-'０'+'0'))
		case !separates(r):
			return "", Explain(ErrMistyped, "receipt.character", "character %d is not a digit", place)
		}
	}
	if len(code) != receiptDigits {
		return "", Explain(ErrMistyped, "receipt.digits", "it has %d digits, not %d", len(code), receiptDigits)
	}
	if want := appendCheck(code[:receiptRandom:receiptRandom]); string(want) != string(code) {
		return "", Explain(ErrMistyped, "receipt.check", "the check digits do not fit, so a digit is wrong or two are swapped")
	}
	return Receipt(code), nil
}

// separates reports whether r may stand between digits: what leaves no mark,
// dashes, and the minus sign.
func separates(r rune) bool {
	return unseen(r) || unicode.Is(unicode.Pd, r) || r == '\u2212'
}

// Grouped is the code as it is shown: six groups of four digits.
func (r Receipt) Grouped() string {
	var b strings.Builder
	for i, d := range r {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(d)
	}
	return b.String()
}
