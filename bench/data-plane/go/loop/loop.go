// Package loop serves TCP connections from one epoll loop on one thread, so that what stands behind a measured proxy
// costs its core as little as can be.
package loop

import (
	"fmt"
	"os"
	"syscall"
)

// Handler is what a connection's bytes go to. The bytes are only valid during the call; false closes the connection.
type Handler interface {
	Data(conn *Conn, data []byte) bool
}

// Conn is one accepted connection.
type Conn struct {
	fd      int
	epoll   int
	handler Handler
	// What the kernel had no room for yet.
	pending [][]byte
}

// Write sends bytes that the caller may use again at once.
func (c *Conn) Write(data []byte) {
	if rest := c.send(data); len(rest) > 0 {
		c.pending = append(c.pending, append([]byte(nil), rest...))
	}
}

// WriteStatic sends bytes that never change.
func (c *Conn) WriteStatic(data []byte) {
	if rest := c.send(data); len(rest) > 0 {
		c.pending = append(c.pending, rest)
	}
}

func (c *Conn) send(data []byte) []byte {
	if len(c.pending) > 0 {
		return data
	}
	rest := c.put(data)
	if len(rest) > 0 {
		c.interest(syscall.EPOLL_CTL_MOD, syscall.EPOLLIN|syscall.EPOLLOUT)
	}
	return rest
}

func (c *Conn) put(data []byte) []byte {
	for len(data) > 0 {
		n, err := syscall.Write(c.fd, data)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			// A full buffer is tried again when there is room, any other error is the next read's.
			return data
		}
		data = data[n:]
	}
	return nil
}

func (c *Conn) flush() {
	for len(c.pending) > 0 {
		rest := c.put(c.pending[0])
		if len(rest) > 0 {
			c.pending[0] = rest
			return
		}
		c.pending = c.pending[1:]
	}
	c.interest(syscall.EPOLL_CTL_MOD, syscall.EPOLLIN)
}

func (c *Conn) interest(operation int, events uint32) {
	event := syscall.EpollEvent{Events: events, Fd: int32(c.fd)}
	must(syscall.EpollCtl(c.epoll, operation, c.fd, &event))
}

// Serve listens on a free port of 127.0.0.1, prints it on a line and serves until the process ends.
func Serve(newHandler func() Handler) {
	listener, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	must(err)
	must(syscall.Bind(listener, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	must(syscall.Listen(listener, 4096))
	name, err := syscall.Getsockname(listener)
	must(err)
	epoll, err := syscall.EpollCreate1(0)
	must(err)
	(&Conn{fd: listener, epoll: epoll}).interest(syscall.EPOLL_CTL_ADD, syscall.EPOLLIN)
	fmt.Println(name.(*syscall.SockaddrInet4).Port)

	conns := map[int]*Conn{}
	events := make([]syscall.EpollEvent, 1024)
	buffer := make([]byte, 256<<10)
	for {
		count, err := syscall.EpollWait(epoll, events, -1)
		if err == syscall.EINTR {
			continue
		}
		must(err)
		for _, event := range events[:count] {
			if int(event.Fd) == listener {
				accept(listener, epoll, conns, newHandler)
				continue
			}
			conn := conns[int(event.Fd)]
			if event.Events&syscall.EPOLLOUT != 0 {
				conn.flush()
			}
			if event.Events&^syscall.EPOLLOUT != 0 && !conn.read(buffer) {
				delete(conns, conn.fd)
				syscall.Close(conn.fd)
			}
		}
	}
}

func accept(listener, epoll int, conns map[int]*Conn, newHandler func() Handler) {
	for {
		fd, _, err := syscall.Accept4(listener, syscall.SOCK_NONBLOCK)
		if err != nil {
			return
		}
		must(syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
		conn := &Conn{fd: fd, epoll: epoll, handler: newHandler()}
		conns[fd] = conn
		conn.interest(syscall.EPOLL_CTL_ADD, syscall.EPOLLIN)
	}
}

func (c *Conn) read(buffer []byte) bool {
	n, err := syscall.Read(c.fd, buffer)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return true
	}
	return err == nil && n > 0 && c.handler.Data(c, buffer[:n])
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
