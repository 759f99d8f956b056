/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.ProtocolException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;

/**
 * HTTP response that has been read completely. Its status is validated, since Spring
 * would otherwise throw an unexpected exception that contains it. The body is read as
 * JSON whatever its content type is: only its content is evidence of a decision.
 */
final class GatewayResponse implements ClientHttpResponse {

	private final HttpStatusCode status;

	private final HttpHeaders headers = new HttpHeaders();

	private final byte[] body;

	GatewayResponse(int status, java.net.http.HttpHeaders headers, byte[] body) throws ProtocolException {
		if (status < 100 || status > 999) {
			throw new ProtocolException("The status of the response does not have three digits");
		}
		this.status = HttpStatusCode.valueOf(status);
		this.body = body;
		headers.map().forEach(this.headers::addAll);
		this.headers.setContentLength(body.length);
		this.headers.setContentType(MediaType.APPLICATION_JSON);
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return this.status;
	}

	@Override
	public String getStatusText() {
		return (this.status instanceof HttpStatus known) ? known.getReasonPhrase() : "";
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public InputStream getBody() {
		return new ByteArrayInputStream(this.body);
	}

	@Override
	public void close() {
		// There is nothing to close, since the body has been read
	}

}
