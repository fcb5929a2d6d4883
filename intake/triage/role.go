package triage

import "slices"

// A Role says what an account may do. An account may have several.
type Role string

// The roles. Leaders and members hold the team's key, custodians the key that
// opens who sent a report.
const (
	Leader    Role = "leader"    // 组长: what members do, hands over, adds and removes accounts
	Member    Role = "member"    // 组员: reads, notes, routes
	Custodian Role = "custodian" // 保管员: opens identities
)

// Roles lists all roles.
func Roles() []Role { return []Role{Leader, Member, Custodian} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// An Account is someone who works at the desk, as the log names them.
type Account struct {
	Name    string `json:"name"` // [a-z0-9-], 1 to 32 characters
	Roles   []Role `json:"roles"`
	Removed bool   `json:"removed,omitempty"` // may do nothing, but signed entries before
}

// Is reports whether a may act in at least one of the roles.
func (a Account) Is(roles ...Role) bool {
	return !a.Removed && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}
