package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// look waits a moment for the run to end, and returns what is to be shown.
func (i *importing) look(ctx context.Context) importState {
	i.mu.Lock()
	running := i.running
	i.mu.Unlock()
	if running != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-running:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	state := importState{ID: i.id, Name: i.name, Size: i.size, Order: i.order, Rows: i.rows, Held: i.file != nil, Answer: i.answer, Trouble: i.trouble,
		Running: i.running != nil, Taking: i.stage == taking, Taken: i.stage == taken, HasSheet: len(i.answer.Sheet) > 0}
	state.Answer.Sheet = nil
	return state
}

// rows hands over the rows that are to be corrected.
func (s *Site) rows(k call) error {
	i := k.pending()
	if i == nil {
		return errMissing
	}
	sheet := i.sheet()
	if len(sheet) == 0 {
		return errMissing
	}
	defer clear(sheet)
	h := k.Response().Header()
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "rows-to-correct.csv"))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Length", strconv.Itoa(len(sheet)))
	return k.Blob(http.StatusOK, "text/csv; charset=utf-8", sheet)
}

// sheet is a copy of the rows to correct.
func (i *importing) sheet() []byte {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.answer.Sheet)
}
