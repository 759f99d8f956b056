/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;

/**
 * Reads and writes HTTP exchanges.
 */
public final class HttpIo {

	/**
	 * Maximum size of a body in bytes.
	 */
	public static final int MAX_BODY = 1024 * 1024;

	private HttpIo() {
	}

	/**
	 * Read the body of a request.
	 * @throws GatewayRefusal if it is larger than {@link #MAX_BODY}
	 */
	public static byte[] body(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
		if (body.length > MAX_BODY) {
			throw GatewayRefusal.of(413, "payload_too_large", "The body has more than %d bytes".formatted(MAX_BODY));
		}
		return body;
	}

	public static Map<String, String> query(URI uri) {
		Map<String, String> result = new LinkedHashMap<>();
		String query = uri.getRawQuery();
		if (query == null) {
			return result;
		}
		for (String pair : query.split("&")) {
			int equals = pair.indexOf('=');
			if (equals > 0) {
				result.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
			}
		}
		return result;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	public static void send(HttpExchange exchange, Reply reply) throws IOException {
		reply.headers().forEach(exchange.getResponseHeaders()::set);
		boolean empty = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
		exchange.sendResponseHeaders(reply.status(), empty ? -1 : reply.body().length);
		if (!empty) {
			try (OutputStream out = exchange.getResponseBody()) {
				out.write(reply.body());
			}
		}
	}

}
