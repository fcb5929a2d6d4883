package ui

import "fmt"

// Size is a number of bytes as people read it: 512 B, 3.4 KB, 50 MB, in steps
// of 1,024. The space in it does not break, so that the unit stays with its
// number.
func Size(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d\u00a0B", n)
	}
	f, units := float64(n)/(1<<10), []string{"KB", "MB", "GB"}
	for f >= 1023.95 && len(units) > 1 {
		f, units = f/(1<<10), units[1:]
	}
	if f >= 9.95 {
		return fmt.Sprintf("%.0f\u00a0%s", f, units[0])
	}
	return fmt.Sprintf("%.3g\u00a0%s", f, units[0])
}
