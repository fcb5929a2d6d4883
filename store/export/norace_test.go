//go:build !race

package export_test

const thin = 1
