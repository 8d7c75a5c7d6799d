// The upstream of the data plane's benchmarks: `upstream ANSWER BODY` answers every HTTP/1.1 request that has a body
// of BODY bytes with 200 and ANSWER bytes, every other with 400.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"load/loop"
)

const maxHead = 64 << 10

var (
	answer   []byte
	refusal  = []byte("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
	bodySize int
)

type request struct {
	// The head as far as it came.
	head []byte
	// Bytes of the body to come.
	left int
}

func (r *request) Data(conn *loop.Conn, data []byte) bool {
	for len(data) > 0 {
		if r.left > 0 {
			n := min(r.left, len(data))
			r.left -= n
			data = data[n:]
			if r.left == 0 {
				conn.WriteStatic(answer)
			}
			continue
		}
		if len(r.head) > 0 {
			data = append(r.head, data...)
			r.head = nil
		}
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			r.head = append([]byte(nil), data...)
			return len(data) < maxHead
		}
		length := contentLength(data[:end])
		data = data[end+4:]
		switch {
		case length != bodySize:
			conn.WriteStatic(refusal)
			return false
		case length == 0:
			conn.WriteStatic(answer)
		default:
			r.left = length
		}
	}
	return true
}

// contentLength is 0 without the header.
func contentLength(head []byte) int {
	for {
		at := bytes.Index(head, []byte("ontent-"))
		if at < 0 {
			return 0
		}
		head = head[at+len("ontent-"):]
		if len(head) < 7 || !bytes.EqualFold(head[:7], []byte("length:")) {
			continue
		}
		value := head[7:]
		if end := bytes.IndexByte(value, '\r'); end >= 0 {
			value = value[:end]
		}
		length, err := strconv.Atoi(string(bytes.TrimSpace(value)))
		if err != nil {
			return -1
		}
		return length
	}
}

func main() {
	size, err := strconv.Atoi(os.Args[1])
	if err == nil {
		bodySize, err = strconv.Atoi(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n", size)
	answer = append([]byte(head), bytes.Repeat([]byte("x"), size)...)
	loop.Serve(func() loop.Handler { return &request{} })
}
