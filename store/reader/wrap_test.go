package reader

import (
	"testing"
	"time"
)

func TestCheap(t *testing.T) {
	start := time.Now()
	if _, err := newOwn("correct horse battery"); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
}
