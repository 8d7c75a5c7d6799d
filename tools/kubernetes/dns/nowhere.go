package main

import (
	"context"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/plugin"
	"github.com/miekg/dns"
)

// nowhere says of every name that it does not exist, as the name servers of the world say of a cluster's service that is gone: this
// cluster asks none of them, and a failure would be no answer.
type nowhere struct{}

func init() {
	plugin.Register("nowhere", func(c *caddy.Controller) error {
		c.Next()
		dnsserver.GetConfig(c).AddPlugin(func(plugin.Handler) plugin.Handler { return nowhere{} })
		return nil
	})
}

func (nowhere) Name() string { return "nowhere" }

func (nowhere) ServeDNS(_ context.Context, w dns.ResponseWriter, request *dns.Msg) (int, error) {
	answer := new(dns.Msg).SetRcode(request, dns.RcodeNameError)
	return dns.RcodeNameError, w.WriteMsg(answer)
}
