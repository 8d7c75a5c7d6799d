// The upstream of the WebSocket benchmark: accepts every handshake and sends each message back (RFC 6455). Knows only
// what the generator sends: masked frames of one length byte.
package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"

	"load/loop"
)

// RFC 6455, section 1.3.
const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

type socket struct {
	open bool
	// What came of a head or a frame that is not whole.
	rest  []byte
	frame [2 + 125]byte
}

func (s *socket) Data(conn *loop.Conn, data []byte) bool {
	if len(s.rest) > 0 {
		data = append(s.rest, data...)
		s.rest = nil
	}
	if !s.open {
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end >= 0 {
			key := header(data[:end], "sec-websocket-key")
			sum := sha1.Sum([]byte(key + magic))
			accept := base64.StdEncoding.EncodeToString(sum[:])
			conn.WriteStatic([]byte("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
				"sec-websocket-accept: " + accept + "\r\n\r\n"))
			s.open = true
			data = data[end+4:]
		}
	}
	for s.open && len(data) >= 6 {
		size := int(data[1] & 0x7f)
		if data[1]&0x80 == 0 || size > 125 {
			return false
		}
		if len(data) < 6+size {
			break
		}
		mask := data[2:6]
		s.frame[0], s.frame[1] = data[0], byte(size)
		for i, b := range data[6 : 6+size] {
			s.frame[2+i] = b ^ mask[i&3]
		}
		conn.Write(s.frame[:2+size])
		data = data[6+size:]
	}
	if len(data) > 0 {
		s.rest = append([]byte(nil), data...)
	}
	return true
}

func header(head []byte, name string) string {
	for _, line := range bytes.Split(head, []byte("\r\n")) {
		field, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(field, []byte(name)) {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}

func main() {
	loop.Serve(func() loop.Handler { return &socket{} })
}
