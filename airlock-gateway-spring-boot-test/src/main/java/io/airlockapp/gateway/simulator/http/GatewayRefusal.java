/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Exception thrown when the gateway refuses a request.
 */
public final class GatewayRefusal extends RuntimeException {

	private final int status;

	private final String code;

	private final Map<String, String> details;

	private final Map<String, String> headers;

	private GatewayRefusal(int status, String code, String message, Map<String, String> details,
			Map<String, String> headers) {
		super(message, null, false, false);
		this.status = status;
		this.code = code;
		this.details = details;
		this.headers = headers;
	}

	public static GatewayRefusal of(int status, String code, String message) {
		return new GatewayRefusal(status, code, message, Map.of(), Map.of());
	}

	public static GatewayRefusal badRequest(String message) {
		return of(400, "bad_request", message);
	}

	public static GatewayRefusal notFound(String message) {
		return of(404, "not_found", message);
	}

	public GatewayRefusal withDetails(Map<String, String> newDetails) {
		return new GatewayRefusal(this.status, this.code, message(), newDetails, this.headers);
	}

	public GatewayRefusal withHeader(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new GatewayRefusal(this.status, this.code, message(), this.details, more);
	}

	public int status() {
		return this.status;
	}

	public String code() {
		return this.code;
	}

	public String message() {
		return String.valueOf(getMessage());
	}

	public Map<String, String> details() {
		return this.details;
	}

	public Map<String, String> headers() {
		return this.headers;
	}

}
