package socket

import (
	"context"
	"fmt"
	"io"

	"dengwen/intake"
)

// Import calls Importer.Import.
func (c *Client) Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(rows int)) (intake.ImportAnswer, error) {
	return intake.ImportAnswer{}, fmt.Errorf("import: %w", intake.ErrNotFound)
}
