/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * {@link HTTPRequestSender} that sends Nimbus' requests with the HTTP client of the
 * gateway, which has deadlines, limits the size of responses and does not follow
 * redirects.
 *
 * @param requestFactory the HTTP client of the gateway
 */
record ProviderHttp(ClientHttpRequestFactory requestFactory) implements HTTPRequestSender {

	@Override
	public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest httpRequest) throws IOException {
		HttpMethod method = HttpMethod.valueOf(httpRequest.getMethod().name());
		ClientHttpRequest request = this.requestFactory.createRequest(httpRequest.getURI(), method);
		httpRequest.getHeaderMap().forEach((name, values) -> request.getHeaders().addAll(name, values));
		String body = httpRequest.getBody();
		if (body != null) {
			request.getBody().write(body.getBytes(StandardCharsets.UTF_8));
		}
		try (ClientHttpResponse response = request.execute()) {
			if (response.getStatusCode().is3xxRedirection()) {
				throw new IOException("it responds with a redirect, which is not followed");
			}
			HTTPResponse result = new HTTPResponse(response.getStatusCode().value());
			String contentType = response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
			if (contentType != null) {
				result.setHeader(HttpHeaders.CONTENT_TYPE, contentType);
			}
			result.setBody(new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8));
			return result;
		}
	}

}
