/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;

/**
 * Decodes the known error formats: a HARP {@code error} envelope, plain members with
 * several names, and responses that are not JSON.
 */
final class GatewayErrorHandler implements RestClient.ResponseSpec.ErrorHandler {

	/**
	 * Pattern for the URL of a page to which a person can be sent: it cannot be modified
	 * in transit, and its host is unambiguous.
	 */
	private static final Pattern WEB_URL = Pattern.compile("(?:https://[A-Za-z0-9.:\\[\\]-]{1,255}"
			+ "|http://(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(?::\\d{1,5})?)(?:[/?#][\\x21-\\x7e]{0,500})?");

	private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]{1,255}(?=[/?#]|$)");

	/**
	 * Pattern for the codes of the gateway, which a pairing code does not match.
	 */
	private static final Pattern CODE = Pattern.compile("expired|[a-z]+(?:_[a-z]+)+|(?:[A-Z][a-z]+)+Conflict");

	private static final String PAIRING = "/v1/pairing/";

	@Override
	public void handle(HttpRequest request, ClientHttpResponse response) throws IOException {
		GatewayError error = decode(response, SentCredentials.of(request));
		String path = request.getURI().getPath();
		boolean quoted = path == null || !path.contains(PAIRING)
				|| !request.getAttributes().containsKey(SentCredentials.IN_BODY);
		throw new GatewayResponseException(quoted ? error : unquoted(error));
	}

	/**
	 * Remove the gateway's texts from an error. They may repeat a pairing code, a nonce
	 * or a routing token in a form in which it is not recognized.
	 */
	private static GatewayError unquoted(GatewayError error) {
		String code = (error.code() != null && CODE.matcher(error.code()).matches()) ? error.code() : null;
		return new GatewayError(error.status(), code, null, null, error.retryAfter(), error.consentUrl());
	}

	private static GatewayError decode(ClientHttpResponse response, List<String> secrets) throws IOException {
		JsonNode root = read(response);
		JsonNode body = root.path("body").isObject() ? root.path("body") : root;
		String target = redirectTarget(response, secrets);
		return new GatewayError(response.getStatusCode().value(),
				safe(text(body, "code", "errorCode", "error"), secrets),
				(target != null) ? "it redirects to " + target
						: safe(text(body, "message", "error_description"), secrets),
				safe(text(body.has("requestId") ? body : root, "requestId"), secrets),
				retryAfter(response.getHeaders()), consentUrl(body, secrets));
	}

	private static JsonNode read(ClientHttpResponse response) {
		try {
			return HarpJson.mapper().readTree(response.getBody());
		}
		catch (IOException | JacksonException ex) {
			// The status alone is sufficient
			return MissingNode.getInstance();
		}
	}

	private static @Nullable String text(JsonNode node, String... names) {
		for (String name : names) {
			JsonNode value = node.path(name);
			if (value.isString()) {
				return value.stringValue();
			}
		}
		return null;
	}

	private static @Nullable String safe(@Nullable String text, List<String> secrets) {
		return (text != null) ? SafeText.of(text, secrets) : null;
	}

	private static @Nullable String consentUrl(JsonNode body, List<String> secrets) {
		String url = text(body.has("consentUrl") ? body : body.path("details"), "consentUrl");
		boolean fit = url != null && WEB_URL.matcher(url).matches() && secrets.stream().noneMatch(url::contains);
		return fit ? url : null;
	}

	private static @Nullable String redirectTarget(ClientHttpResponse response, List<String> secrets)
			throws IOException {
		String location = response.getHeaders().getFirst(HttpHeaders.LOCATION);
		if (location == null || !response.getStatusCode().is3xxRedirection()) {
			return null;
		}
		Matcher matcher = ORIGIN.matcher(location);
		boolean fit = matcher.lookingAt() && secrets.stream().noneMatch(matcher.group()::contains);
		return fit ? matcher.group() : null;
	}

	private static @Nullable Duration retryAfter(HttpHeaders headers) {
		String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
		if (value == null) {
			return null;
		}
		try {
			return Duration.ofSeconds(Math.max(0, Integer.parseInt(value.trim())));
		}
		catch (NumberFormatException ex) {
			return untilRetry(headers);
		}
	}

	/**
	 * Return the time between two dates of the gateway's clock, which may differ from
	 * that of this application.
	 */
	private static @Nullable Duration untilRetry(HttpHeaders headers) {
		try {
			ZonedDateTime start = headers.getFirstZonedDateTime(HttpHeaders.DATE);
			ZonedDateTime end = headers.getFirstZonedDateTime(HttpHeaders.RETRY_AFTER);
			return (start != null && end != null) ? Durations.max(Duration.ZERO, Duration.between(start, end)) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
