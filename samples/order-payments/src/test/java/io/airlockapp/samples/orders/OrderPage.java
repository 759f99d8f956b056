package io.airlockapp.samples.orders;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of one instance, as its user sees it.
 *
 * @param port the port of the instance
 */
record OrderPage(int port) {

	static final String IBAN = "DE02120300000000202051";

	private static final HttpClient client = HttpClient.newHttpClient();

	private static final Pattern ORDER = Pattern
		.compile("(?s)<li class=\"payment\" id=\"order-([0-9]+)\" data-kind=\"[A-Z_]+\">(.*?)</li>");

	/**
	 * Place an order.
	 * @return the number of the order
	 */
	long place(String customer, String amount) throws Exception {
		int status = post("/", "same-origin", Map.of("customer", customer, "amount", amount, "account", IBAN));
		assertThat(status).isEqualTo(302);
		return orders().keySet().iterator().next();
	}

	int post(String path, Map<String, String> form) throws Exception {
		return post(path, "same-origin", form);
	}

	/**
	 * Send a form.
	 * @param path the path
	 * @param site the relation of the site of the form to this one
	 * @param form the input
	 * @return the status of the response
	 */
	int post(String path, String site, Map<String, String> form) throws Exception {
		UriComponentsBuilder body = UriComponentsBuilder.newInstance();
		form.forEach((name, value) -> body.queryParam(name, "{" + name + "}"));
		String encoded = body.encode().buildAndExpand(form).toUri().getRawQuery();
		return send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.header("Sec-Fetch-Site", site)
			.POST(BodyPublishers.ofString(encoded))).statusCode();
	}

	/**
	 * Return the HTML of an order.
	 */
	String order(long id) throws Exception {
		return orders().get(id);
	}

	/**
	 * Return the HTML of the orders by their numbers, newest first.
	 */
	private Map<Long, String> orders() throws Exception {
		HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/")));
		assertThat(response.statusCode()).isEqualTo(200);
		Map<Long, String> orders = new LinkedHashMap<>();
		ORDER.matcher(response.body())
			.results()
			.forEach((order) -> orders.put(Long.valueOf(order.group(1)), order.group(2)));
		return orders;
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:%d%s".formatted(this.port, path));
	}

}
