// The load of the WebSocket benchmark: `sockets PORT PATH SOCKETS SECONDS BYTES` opens that many sockets, on each of
// which the next message goes out when the one before has come back unchanged. Ends with one line of JSON.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

const (
	// Latencies are counted in µs, up to so many.
	maxLatency = 2_000_000
	handshake  = "GET %s HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n" +
		"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	// The answer to that key (RFC 6455, section 1.3).
	accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

type socket struct {
	fd   int
	got  int
	sent time.Time
}

func main() {
	port, path, count, seconds, size := number(1), os.Args[2], number(3), number(4), number(5)
	echo := append([]byte{0x82, byte(size)}, bytes.Repeat([]byte("x"), size)...)
	mask := []byte{1, 2, 3, 4}
	frame := append([]byte{0x82, 0x80 | byte(size)}, mask...)
	for i, b := range echo[2:] {
		frame = append(frame, b^mask[i&3])
	}

	epoll, err := syscall.EpollCreate1(0)
	must(err)
	sockets := map[int32]*socket{}
	for range make([]struct{}, count) {
		s := &socket{fd: open(port, path)}
		sockets[int32(s.fd)] = s
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(s.fd)}
		must(syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, s.fd, &event))
	}

	latencies := make([]int, maxLatency+1)
	messages := 0
	began := time.Now()
	for _, s := range sockets {
		s.send(frame)
	}
	events := make([]syscall.EpollEvent, 1024)
	buffer := make([]byte, len(echo))
	for time.Since(began) < time.Duration(seconds)*time.Second {
		ready, err := syscall.EpollWait(epoll, events, 100)
		if err == syscall.EINTR {
			continue
		}
		must(err)
		for _, event := range events[:ready] {
			s := sockets[event.Fd]
			n, err := syscall.Read(s.fd, buffer[:len(echo)-s.got])
			must(err)
			if n == 0 || !bytes.Equal(buffer[:n], echo[s.got:s.got+n]) {
				fail(fmt.Sprintf("after %d messages a socket answered %q", messages, buffer[:n]))
			}
			s.got += n
			if s.got == len(echo) {
				latencies[min(int(time.Since(s.sent).Microseconds()), maxLatency)]++
				messages++
				s.got = 0
				s.send(frame)
			}
		}
	}
	fmt.Printf("{\"count\":%d,\"seconds\":%f,\"p99\":%f}\n", messages, time.Since(began).Seconds(), percentile(latencies, messages))
}

func (s *socket) send(frame []byte) {
	s.sent = time.Now()
	n, err := syscall.Write(s.fd, frame)
	must(err)
	if n != len(frame) {
		fail("a frame did not fit into the socket's buffer")
	}
}

// open makes the handshake and leaves the socket as it is then.
func open(port int, path string) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	must(err)
	must(syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}))
	must(syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
	must(syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 10}))
	_, err = syscall.Write(fd, []byte(fmt.Sprintf(handshake, path)))
	must(err)
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		buffer := make([]byte, 4096)
		n, err := syscall.Read(fd, buffer)
		must(err)
		if n == 0 {
			fail(fmt.Sprintf("the handshake was answered %q", head))
		}
		head = append(head, buffer[:n]...)
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), nil)
	must(err)
	if response.StatusCode != 101 || response.Header.Get("sec-websocket-accept") != accept {
		fail(fmt.Sprintf("the handshake was answered %q", head))
	}
	return fd
}

// percentile is the 99th, in ms.
func percentile(latencies []int, messages int) float64 {
	left := messages - messages*99/100
	at := len(latencies) - 1
	for ; at > 0; at-- {
		if left -= latencies[at]; left <= 0 {
			break
		}
	}
	return float64(at) / 1000
}

func number(at int) int {
	value, err := strconv.Atoi(os.Args[at])
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(text string) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(1)
}
