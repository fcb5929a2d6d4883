package desk

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

//go:embed pages/*.html
var pages embed.FS

// A Site is the desk's pages, and the sessions of those who are signed in.
type Site struct {
	options Options
	listen  listener
	pages   *ui.Site
	handler http.Handler
	key     []byte // of the tokens in forms; lives as long as the process
	door    door

	mu       sync.Mutex
	closed   bool
	sessions map[string]*session // by the path of each
	work     sync.WaitGroup      // runs beside the requests

	stock   stock           // of files that sessions hold
	uploads uploads         // how many came in of each account
	ctx     context.Context // ends with the site
	stop    context.CancelFunc
}

// New makes a site. It is to be closed, which locks what is unlocked.
func New(o Options) (*Site, error) {
	if o.Unlock == nil || o.Channels == nil || o.Timezone == nil {
		return nil, fmt.Errorf("desk: no way to unlock, no counts, or no time zone: %w", intake.ErrInvalid)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Idle <= 0 {
		o.Idle = 15 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	listen, err := parseListener(o.Listen)
	if err != nil {
		return nil, err
	}
	dir, err := fs.Sub(pages, "pages")
	if err != nil {
		return nil, err
	}
	s := &Site{options: o, listen: listen, key: make([]byte, 32), sessions: map[string]*session{}, door: newDoor(), stock: stock{most: maxHeld}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	rand.Read(s.key)
	if s.pages, err = ui.NewSite(dir); err != nil {
		return nil, err
	}
	s.handler = s.pages.Secure(s.routes(), http.HandlerFunc(s.panicked), o.Log)
	return s, nil
}

// routes is the whole site on one page.
func (s *Site) routes() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard)
	e.HTTPErrorHandler = s.answerError
	e.Pre(s.addressed, s.ours)
	e.Use(s.lost, noOptions)

	e.GET("/", s.home)
	e.HEAD("/", s.home)
	e.GET(signInPath, s.signInForm)
	e.HEAD(signInPath, s.signInForm)
	e.POST(signInPath, s.signIn)

	// Below a session's path GET writes into the log: it has no HEAD.
	in := e.Group("/s/:key")
	in.GET("/", s.signed(s.queue))
	in.GET("/find", s.signed(s.find))
	in.GET("/channels", s.signed(s.channels))
	in.GET("/accounts", s.signed(s.accounts))
	in.GET("/report/:id", s.signed(s.report))
	in.GET("/report/:id/file/:entry/:part", s.signed(s.file))
	in.GET("/report/:id/identity", s.signed(s.identity))
	in.POST("/report/:id/identity", s.signed(s.permitIdentity))
	in.POST("/report/:id/note", s.signed(s.note))
	in.POST("/report/:id/reply", s.signed(s.reply))
	in.POST("/report/:id/decide", s.signed(s.decide))
	in.POST("/report/:id/hand-over", s.signed(s.handOver))
	in.GET("/calls", s.signed(s.showCalls))
	in.POST("/calls", s.signed(s.callsAgain))
	if s.options.Import != nil {
		in.GET("/import", s.signed(s.taking(s.imports)))
		in.POST("/import", s.signedTo(uploadLimits, s.taking(s.upload)))
		in.POST("/import/confirm", s.signed(s.taking(s.confirm)))
		in.POST("/import/discard", s.signed(s.taking(s.throwAway)))
		in.GET("/import/rows.csv", s.signed(s.taking(s.rows)))
	}
	in.POST("/lock", s.held(s.lock))
	return e
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// closingTime is how long a file that is going in may take when the site is
// closed. Broken off after it, nothing of the file went in, or all of it did.
const closingTime = 20 * time.Second

// Close locks every session, and waits until nothing works with their keys any
// more, but for requests under way. Nobody can sign in after it.
func (s *Site) Close() {
	s.mu.Lock()
	s.closed = true
	var all []*session
	for _, x := range s.sessions {
		all = append(all, x)
	}
	s.mu.Unlock()
	for _, x := range all {
		s.end(x)
	}
	timer := time.AfterFunc(closingTime, s.stop)
	defer timer.Stop()
	s.work.Wait()
	s.stop()
}
