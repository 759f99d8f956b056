/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A browser whose user is logged in at the identity provider.
 */
final class TestBrowser {

	private static final int MAX_REDIRECTS = 10;

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(new CookieManager())
		.version(HttpClient.Version.HTTP_1_1)
		.build();

	private final List<URI> visited = new ArrayList<>();

	TestBrowser(URI identityProvider) throws IOException, InterruptedException {
		this.client.send(HttpRequest.newBuilder(identityProvider).header("Authorization", basic()).build(),
				HttpResponse.BodyHandlers.discarding());
	}

	String get(URI url) throws IOException, InterruptedException {
		HttpResponse<String> response = send(url);
		for (int i = 0; response.statusCode() == 302 && i < MAX_REDIRECTS; i++) {
			response = send(response.uri().resolve(response.headers().firstValue("Location").orElseThrow()));
		}
		return response.body();
	}

	private HttpResponse<String> send(URI url) throws IOException, InterruptedException {
		this.visited.add(url);
		return this.client.send(HttpRequest.newBuilder(url).header("Accept", "text/html").build(),
				HttpResponse.BodyHandlers.ofString());
	}

	static String basic() {
		String credentials = TestIdentityProvider.USER + ":" + TestIdentityProvider.PASSWORD;
		return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
	}

	List<URI> visited() {
		return this.visited;
	}

}
