/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Range;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.SliceImpl;
import org.springframework.data.domain.Sort;
import org.springframework.data.geo.Distance;
import org.springframework.data.geo.Metrics;
import org.springframework.data.geo.Point;
import org.springframework.data.util.Pair;
import org.springframework.http.ContentDisposition;
import org.springframework.http.ETag;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.unit.DataSize;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that values of Spring are shown as people read them, and bound in full.
 */
class SpringValueTests {

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@ParameterizedTest
	@MethodSource("values")
	void valueIsShownInFull(Object value, String text) {
		assertThat(command(value)).isEqualTo(text);
	}

	static Stream<Arguments> values() {
		Order order = new Order("a", 1);
		HttpHeaders headers = new HttpHeaders();
		headers.setBearerAuth("secret");
		return Stream.of(
				arguments(Sort.by(Sort.Order.desc("name").ignoreCase(), Sort.Order.asc("id").nullsLast()),
						"Sort{orders=[{direction=DESC, property=name, ignoreCase=true, nullHandling=NATIVE}, "
								+ "{direction=ASC, property=id, ignoreCase=false, nullHandling=NULLS_LAST}]}"),
				arguments(Sort.unsorted(), "Sort{orders=[]}"),
				arguments(PageRequest.of(2, 10, Sort.by("name")), "PageRequest{pageNumber=2, pageSize=10, "
						+ "sort={orders=[{direction=ASC, property=name, ignoreCase=false, nullHandling=NATIVE}]}}"),
				arguments(Pageable.unpaged(), "Unpaged{sort={orders=[]}}"),
				arguments(new PageImpl<>(List.of(order), PageRequest.of(0, 10), 31),
						"PageImpl{content=[Order{id=\"a\", amount=1}], "
								+ "pageable=PageRequest{pageNumber=0, pageSize=10, sort={orders=[]}}, total=31}"),
				arguments(new SliceImpl<>(List.of(order), PageRequest
					.of(0, 10), true), "SliceImpl{content=[Order{id=\"a\", amount=1}], "
							+ "Chunk.pageable=PageRequest{pageNumber=0, pageSize=10, sort={orders=[]}}, hasNext=true, "
							+ "SliceImpl.pageable=PageRequest{pageNumber=0, pageSize=10, sort={orders=[]}}}"),
				arguments(Limit.of(3), "Limit$Limited{max=3}"), arguments(Limit.unlimited(), "Limit$Unlimited{}"),
				arguments(ScrollPosition.forward(Map.of("id", 3)),
						"KeysetScrollPosition{keys={id=3}, direction=FORWARD}"),
				arguments(Range.closed(1, 3),
						"Range{lowerBound={value=1, inclusive=true}, upperBound={value=3, inclusive=true}}"),
				arguments(new Point(1, 2), "Point{x=1.0, y=2.0}"),
				arguments(new Distance(1, Metrics.KILOMETERS), "Distance{value=1.0, metric=Metrics(KILOMETERS)}"),
				arguments(Pair.of("a", 1), "Pair{first=\"a\", second=1}"),
				arguments(MediaType.parseMediaType("text/plain;charset=utf-8"),
						"MediaType(\"text/plain;charset=utf-8\")"),
				arguments(HttpMethod.DELETE, "HttpMethod(DELETE)"), arguments(HttpStatus.OK, "HttpStatus(OK)"),
				arguments(HttpStatusCode.valueOf(299), "DefaultHttpStatusCode(299)"), arguments(headers, "•••"),
				arguments(ResponseEntity.status(201).header("X-A", "1").body(order),
						"ResponseEntity{headers=•••, body=Order{id=\"a\", amount=1}, status=HttpStatus(CREATED)}"),
				arguments(ResponseEntity.noContent().build(),
						"ResponseEntity{headers=•••, body=null, status=HttpStatus(NO_CONTENT)}"),
				arguments(new HttpEntity<>(order, headers), "HttpEntity{headers=•••, body=Order{id=\"a\", amount=1}}"),
				arguments(RequestEntity.post(URI.create("https://example.com/a")).body(order),
						"RequestEntity{headers=•••, body=Order{id=\"a\", amount=1}, method=POST, "
								+ "url=https://example.com/a, type=null}"),
				arguments(ResponseCookie.from("a", "b").build(), "•••"),
				arguments(new ETag("abc", true), "ETag{tag=abc, weak=true}"),
				arguments(ContentDisposition.attachment().filename("a.pdf").build(),
						"ContentDisposition{type=attachment, name=null, filename=a.pdf, charset=null}"),
				arguments(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "x"),
						"ProblemDetail{type=null, title=•••, status=409, detail=x, instance=null, properties=null}"),
				arguments(new LinkedMultiValueMap<>(Map.of("a", List.of("1", "2"))),
						"LinkedMultiValueMap{\"a\"=[\"1\", \"2\"]}"),
				arguments(
						CollectionUtils
							.unmodifiableMultiValueMap(new LinkedMultiValueMap<>(Map.of("a", List.of("1", "2")))),
						"UnmodifiableMultiValueMap{\"a\"=[\"1\", \"2\"]}"),
				arguments(DataSize.ofMegabytes(3), "DataSize(3145728B)"),
				arguments(CronExpression.parse("0 0 * * * *"), "CronExpression(\"0 0 * * * *\")"),
				arguments(new UriTemplate("/a/{b}"), "UriTemplate(\"/a/{b}\")"),
				arguments(new SimpleGrantedAuthority("ROLE_A"), "SimpleGrantedAuthority(ROLE_A)"),
				arguments(User.withUsername("ann").password("secret").roles("A").build(), "•••"));
	}

	@ParameterizedTest
	@MethodSource("differing")
	void digestsOfDifferentValuesDiffer(Object one, Object other) {
		assertThat(digest(one)).isNotEqualTo(digest(other));
	}

	static Stream<Arguments> differing() {
		return Stream.of(arguments(Sort.by("name"), Sort.by("name").descending()),
				arguments(Sort.by("a", "b"), Sort.by("a: ASC,b")),
				arguments(PageRequest.of(0, 10), PageRequest.of(0, 11)),
				arguments(Pageable.unpaged(), Pageable.unpaged(Sort.by("name"))), arguments(Limit.of(3), Limit.of(4)),
				arguments(Limit.of(3), Limit.unlimited()),
				arguments(new PageImpl<>(List.of(1), PageRequest.of(0, 1), 2),
						new PageImpl<>(List.of(1), PageRequest.of(0, 1), 3)),
				arguments(new SliceImpl<>(List.of(1), PageRequest.of(0, 1), true),
						new SliceImpl<>(List.of(1), PageRequest.of(0, 1), false)),
				arguments(ResponseEntity.ok().header("Location", "/a").build(),
						ResponseEntity.ok().header("Location", "/b").build()),
				arguments(ResponseEntity.ok("a"), ResponseEntity.accepted().body("a")),
				arguments(HttpStatusCode.valueOf(298), HttpStatusCode.valueOf(299)),
				arguments(ContentDisposition.formData().name("a").build(),
						ContentDisposition.builder("form-data; name=\"a\"").build()),
				arguments(new CronTrigger("0 0 * * * *"), new CronTrigger("0 1 * * * *")),
				arguments(new UriTemplate("/a/{b}"), new UriTemplate("/a/{c}")),
				arguments(UriComponentsBuilder.fromUriString("http://h/a%2Fb").build(),
						UriComponentsBuilder.fromUriString("http://h/a%2Fb").build(true)));
	}

	@Test
	void mediaTypeWithAmbiguousTextIsRefused() {
		MediaType ambiguous = new MediaType("text", "plain", Map.of("a", "\"1\";b=\"2\""));
		assertThat(ambiguous.toString()).isEqualTo(MediaType.valueOf("text/plain;a=\"1\";b=\"2\"").toString());
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.snapshot("value", ambiguous).all())
			.withMessageContaining("has state besides its text");
	}

	@Test
	void cachedViewsOfMapAreNoChange() {
		MultiValueMap<String, String> map = CollectionUtils
			.unmodifiableMultiValueMap(new LinkedMultiValueMap<>(Map.of("a", List.of("1"))));
		ArgumentSnapshot snapshot = this.argument.snapshot("value", map);
		assertThat(snapshot.all()).isNotEmpty();
		assertThat(map.values()).hasSameSizeAs(map.keySet());
		assertThat(snapshot.findChange()).isNull();
	}

	@Test
	void cachedContentTypeOfHeadersIsNoChange() {
		HttpHeaders source = new HttpHeaders();
		source.setContentType(MediaType.APPLICATION_JSON);
		HttpHeaders headers = HttpHeaders.readOnlyHttpHeaders(source);
		ArgumentSnapshot snapshot = this.argument.snapshot("value", headers);
		assertThat(snapshot.all()).isNotEmpty();
		assertThat(headers.getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		assertThat(snapshot.findChange()).isNull();
		source.setContentType(MediaType.APPLICATION_XML);
		assertThat(snapshot.findChange()).isNotNull();
	}

	@Test
	void userOfOpenIdConnectIsHiddenAndBound() throws Exception {
		OAuth2AuthenticationToken ann = openIdConnect("https://idp.example");
		assertThat(command(ann)).isEqualTo("•••");
		assertThat(command(ann.getPrincipal())).isEqualTo("•••");
		assertThat(digest(ann)).isEqualTo(digest(openIdConnect("https://idp.example")))
			.isNotEqualTo(digest(openIdConnect("https://other.example")));
	}

	@Test
	void objectInAClaimIsBound() throws Exception {
		OidcUser ann = withClaims("{\"realm_access\": {\"roles\": [\"clerk\"], \"level\": 1}}");
		assertThat(command(ann)).isEqualTo("•••");
		assertThat(digest(ann))
			.isEqualTo(digest(withClaims("{\"realm_access\": {\"roles\": [\"clerk\"], \"level\": 1}}")))
			.isNotEqualTo(digest(withClaims("{\"realm_access\": {\"roles\": [\"admin\"], \"level\": 1}}")))
			.isNotEqualTo(digest(withClaims("{\"realm_access\": {\"roles\": [\"clerk\"], \"level\": 2}}")));
	}

	private static OidcUser withClaims(String json) throws ParseException {
		Map<String, Object> claims = JSONObjectUtils.parse(json);
		assertThat(claims.get("realm_access").getClass().getName()).endsWith(".LinkedTreeMap");
		claims.put("sub", "ann");
		return new DefaultOidcUser(List.of(), new OidcIdToken("eyJ", Instant.EPOCH, Instant.MAX, claims));
	}

	@Test
	void urlOutsideOfCredentialIsRefused() throws Exception {
		List<Object> values = List.of(openIdConnect("https://idp.example"), URI.create("https://idp.example").toURL());
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> command(values))
			.withMessageContaining("at 'value[1]', a java.net.URL is not data");
	}

	private static OAuth2AuthenticationToken openIdConnect(String issuer) throws MalformedURLException {
		OidcIdToken token = new OidcIdToken("eyJ", Instant.EPOCH, Instant.MAX,
				Map.of("iss", URI.create(issuer).toURL(), "sub", "ann", "aud", List.of("app")));
		DefaultOidcUser user = new DefaultOidcUser(List.of(new OidcUserAuthority(token)), token);
		return new OAuth2AuthenticationToken(user, user.getAuthorities(), "idp");
	}

	@Test
	void refusalNamesThePathInsideOfAnEntity() {
		ResponseEntity<?> response = ResponseEntity.ok(new Order(new ByteArrayResource(new byte[1]), 1));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> command(response))
			.withMessageContaining("at 'value.body.id");
	}

	@ParameterizedTest
	@MethodSource("sensitive")
	void sensitiveMembersOfOwnSubclassesAreHidden(Object value) {
		assertThat(command(value)).doesNotContain("4111").contains("•••");
	}

	static Stream<Object> sensitive() {
		return Stream.of(new CardEntity("4111"), new CardResponse("4111"), new CardProblem("4111"),
				new CardPage(List.of("4111")), ResponseEntity.ok(new Card("4111")),
				new PageImpl<>(List.of(new Card("4111"))));
	}

	@Test
	void mixInsForSpringTypesHideFields() {
		JsonMapper mapper = JsonMapper.builder()
			.addMixIn(HttpEntity.class, EntityMixIn.class)
			.addMixIn(ProblemDetail.class, ProblemMixIn.class)
			.build();
		ShownArgument mixed = new ShownArgument(Methods.class, new SnapshotWriter(mapper));
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "card no. 4111");
		assertThat(mixed.write("value", problem).toString()).doesNotContain("card no.");
		assertThat(mixed.write("value", ResponseEntity.ok("card no. 4111")).toString()).doesNotContain("card no.");
	}

	@Test
	void digestsOfBodiesOfDifferentClassesDiffer() {
		assertThat(digest(ResponseEntity.ok(new Card("a")))).isNotEqualTo(digest(ResponseEntity.ok(new Note("a"))));
	}

	private String command(Object value) {
		return this.argument.command("value", value).replaceAll("org\\.springframework\\.[a-z.]+\\.", "");
	}

	private String digest(Object value) {
		return this.argument.digest("value", value);
	}

	record Order(Object id, int amount) {
	}

	static class Methods {

		void value(Object value) {
		}

	}

	record Card(@AirlockSensitive String number) {
	}

	record Note(@AirlockSensitive String number) {
	}

	interface EntityMixIn {

		@AirlockSensitive
		Object getBody();

	}

	interface ProblemMixIn {

		@JsonIgnore
		String getDetail();

	}

	static class CardEntity extends HttpEntity<String> {

		CardEntity(String body) {
			super(body);
		}

		@Override
		@AirlockSensitive
		public String getBody() {
			return super.getBody();
		}

	}

	static class CardResponse extends ResponseEntity<String> {

		CardResponse(@AirlockSensitive String body) {
			super(body, HttpStatus.OK);
		}

	}

	static class CardProblem extends ProblemDetail {

		CardProblem(String detail) {
			super(409);
			setDetail(detail);
		}

		@Override
		@AirlockSensitive
		public String getDetail() {
			return super.getDetail();
		}

	}

	static class CardPage extends PageImpl<String> {

		CardPage(List<String> content) {
			super(content);
		}

		@Override
		@AirlockSensitive
		public List<String> getContent() {
			return super.getContent();
		}

	}

}
