/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person with a browser on another device, who enters a code.
 */
final class VerificationPage {

	private static final Pattern STATE = Pattern.compile("name=\"state\" value=\"([^\"]+)\"");

	private final HttpClient client = HttpClient.newHttpClient();

	private final URI url;

	VerificationPage(URI url) {
		this.url = url;
	}

	/**
	 * Enter the code, and agree.
	 */
	void agree(String userCode) throws IOException, InterruptedException {
		assertThatItSucceeded(consent(userCode, "&scope=profile"));
	}

	/**
	 * Enter the code, after having agreed to the application before.
	 */
	void enter(String userCode) throws IOException, InterruptedException {
		assertThatItSucceeded(open(userCode));
	}

	private static void assertThatItSucceeded(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).endsWith("/?success"));
	}

	/**
	 * Enter the code, and refuse.
	 */
	void refuse(String userCode) throws IOException, InterruptedException {
		assertThat(consent(userCode, "").statusCode()).isEqualTo(400);
	}

	private HttpResponse<String> consent(String userCode, String scopes) throws IOException, InterruptedException {
		HttpResponse<String> page = open(userCode);
		Matcher state = STATE.matcher(page.body());
		assertThat(state.find()).as(page.body()).isTrue();
		String form = "client_id=airlock-integrations&user_code=%s&state=%s%s".formatted(userCode,
				URLEncoder.encode(state.group(1), StandardCharsets.UTF_8), scopes);
		return this.client.send(request(this.url).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> open(String userCode) throws IOException, InterruptedException {
		return this.client.send(request(URI.create(this.url + "?user_code=" + userCode)).GET().build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(URI url) {
		return HttpRequest.newBuilder(url).header("Accept", "text/html").header("Authorization", TestBrowser.basic());
	}

}
