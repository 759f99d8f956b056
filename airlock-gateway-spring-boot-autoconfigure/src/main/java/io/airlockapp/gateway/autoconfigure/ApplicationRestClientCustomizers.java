/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

/**
 * Applies the customizers that the application has for all its clients. The headers,
 * cookies and credentials by which they identify the application or its user are not sent
 * to the gateway.
 */
final class ApplicationRestClientCustomizers {

	private static final List<String> CREDENTIALS = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.PROXY_AUTHORIZATION,
			HttpHeaders.COOKIE);

	private ApplicationRestClientCustomizers() {
	}

	static void apply(ObjectProvider<RestClientCustomizer> customizers, RestClient.Builder builder) {
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		builder.defaultHeaders(HttpHeaders::clear)
			.defaultCookies(MultiValueMap::clear)
			.requestInterceptor((request, body, execution) -> {
				CREDENTIALS.forEach(request.getHeaders()::remove);
				return execution.execute(request, body);
			});
	}

}
