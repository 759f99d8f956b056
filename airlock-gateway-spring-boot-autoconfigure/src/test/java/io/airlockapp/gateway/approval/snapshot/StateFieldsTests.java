package io.airlockapp.gateway.approval.snapshot;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIdentityReference;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.argument.json.MaskNode;
import io.airlockapp.gateway.approval.snapshot.Masking;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.SimpleFilterProvider;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that a snapshot holds all state of its arguments: shown, masked, or marked as
 * left out.
 */
class WholeStateTests {

	private ShownArgument argument = new ShownArgument(Methods.class, new JsonMapper());

	@ParameterizedTest
	@MethodSource("changing")
	@SuppressWarnings("unchecked")
	void everyChangeOfStateIsSeen(Object value, Consumer<?> change) {
		String before = digest(value);
		assertThat(digest(value)).isEqualTo(before);
		((Consumer<Object>) change).accept(value);
		assertThat(digest(value)).isNotEqualTo(before);
	}

	static Stream<Arguments> changing() {
		return Stream.of(change(new Batch(), (batch) -> batch.payTo = "attacker"),
				change(new Named(), (named) -> named.target = "production"),
				change(new Money(), (money) -> money.currency = "BTC"),
				change(new Pair(), (pair) -> pair.extra = "more"),
				change(new Lines(), (lines) -> lines.lines.add("gold bar")),
				change(new Hidden(), (hidden) -> hidden.amount = BigDecimal.TEN),
				change(new Ignoring(), (ignoring) -> ignoring.field = "b"),
				change(new Ignoring(), (ignoring) -> ignoring.byName = "b"),
				change(new Ignoring(), (ignoring) -> ignoring.writeOnly = "b"),
				change(new Ignoring(), (ignoring) -> ignoring.view = "b"),
				change(new Ignoring(), (ignoring) -> ignoring.cache = "b"),
				change(new Filtered(), (filtered) -> filtered.secret = "b"),
				change(new ByText(), (text) -> text.secret = "b"), change(new ByValue(), (value) -> value.secret = "b"),
				change(new Formatted(), (formatted) -> formatted.date = new Date(1000)),
				change(new AsNumber(), (number) -> number.name = "b"),
				change(new ViaParent(), (parent) -> parent.child.extra = "b"),
				change(new WithContent(), (content) -> content.children.get(0).extra = "b"),
				change(new ById(), (id) -> id.target.name = "b"), change(new Pet(), (pet) -> pet.owner.name = "Eve"),
				change(new Shadowing(), (shadowing) -> ((Hidden) shadowing).amount = BigDecimal.TEN),
				change(new HashMap<>(Map.of("a", new Hidden())), (map) -> map.get("a").amount = BigDecimal.TEN),
				change(new Hidden[] { new Hidden() }, (array) -> array[0].amount = BigDecimal.TEN),
				change(new Wrapped(), (wrapped) -> wrapped.inner.amount = BigDecimal.TEN),
				change(new Carrier(new Hidden()), (carrier) -> ((Hidden) carrier.payload).amount = BigDecimal.TEN));
	}

	private static <T> Arguments change(T value, Consumer<T> change) {
		return arguments(value, change);
	}

	@Test
	void membersThatNoPropertyShowsAreSeenAsHidden() {
		assertThat(command(new Hidden())).isEqualTo("{@type=WholeStateTests.Hidden, memo=rent, amount=•••}");
		assertThat(command(new Batch())).isEqualTo("{@type=WholeStateTests.Batch, value=[], payTo=•••}");
		assertThat(command(new Lines())).contains("customer=c1").contains("lines=•••");
	}

	@Test
	void nothingThatAnnotationsLessenIsLost() {
		assertThat(command(new Lessened())).contains("nothing=null", "zero=0", "date=1970-01-01T00:00:00.123Z",
				"inner={name=a}", "text=\"a\\\\b\"");
	}

	@Test
	void settingsOfTheApplicationLessenNothing() {
		this.argument = new ShownArgument(Methods.class, JsonMapper.builder()
			.changeDefaultPropertyInclusion((inclusion) -> JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT,
					JsonInclude.Include.NON_NULL))
			.enable(SerializationFeature.WRAP_ROOT_VALUE, SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
			.enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_INDEX)
			.enable(MapperFeature.USE_STATIC_TYPING)
			.defaultTimeZone(TimeZone.getTimeZone("Asia/Tokyo"))
			.filterProvider(new SimpleFilterProvider().setFailOnUnknownId(false))
			.build());
		assertThat(command(new Lessened())).contains("nothing=null", "zero=0");
		assertThat(this.argument.command("levels", List.of(Level.HIGH))).isEqualTo("[HIGH]");
		assertThat(command(new ViaParent())).contains("extra=a");
		assertThat(command(Arrays.asList("a", null))).isEqualTo("[a, null]");
	}

	@ParameterizedTest
	@MethodSource("exact")
	void valuesOfJavaAndSpringAreWrittenInFull(Object value, String text) {
		ObjectNode tree = write(value);
		assertThat(tree.path("value").asString(tree.path("value").toString())).isEqualTo(text);
	}

	static Stream<Arguments> exact() throws Exception {
		ZonedDateTime time = ZonedDateTime.of(2026, 11, 26, 9, 0, 0, 1, ZoneId.of("Europe/Berlin"));
		Timestamp timestamp = Timestamp.from(Instant.parse("2026-11-26T09:00:00.123456789Z"));
		return Stream.of(arguments(-0.0, "-0.0"), arguments(-0.0f, "-0.0"), arguments(0.0, "0.0"),
				arguments(Double.NaN, "NaN"), arguments(new double[] { -0.0, 1 }, "[\"-0.0\",\"1.0\"]"),
				arguments(Pattern.compile("a", Pattern.CASE_INSENSITIVE), "(flags 2) a"),
				arguments(InetAddress.getByAddress("payments.internal", new byte[] { 6, 6, 6, 6 }),
						"payments.internal/6.6.6.6"),
				arguments(InetSocketAddress.createUnresolved("payments", 443), "payments/<unresolved>:443"),
				arguments(time, "2026-11-26T09:00:00.000000001+01:00[Europe/Berlin]"),
				arguments(timestamp, "2026-11-26T09:00:00.123456789Z"),
				arguments(new java.sql.Date(86400001L), "1970-01-02T00:00:00.001Z"),
				arguments(TimeZone.getTimeZone("Europe/Berlin"), "Europe/Berlin"),
				arguments(LocalDate.of(2026, 1, 31), "2026-01-31"), arguments(Locale.GERMANY, "de_DE"),
				arguments(DataSize.ofMegabytes(5), "5242880B"),
				arguments(MediaType.parseMediaType("text/plain;charset=utf-8"), "text/plain;charset=utf-8"),
				arguments(HttpMethod.DELETE, "DELETE"),
				arguments(new LinkedMultiValueMap<>(Map.of("a", List.of("b"))), "{\"a\":[\"b\"]}"),
				arguments(new byte[] { 1 }, "AQ=="));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void stateThatCannotBeWrittenIsRefused(Object value, String reason) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> write(value))
			.withMessageContaining(reason);
	}

	static Stream<Arguments> refused() {
		Properties defaults = new Properties();
		defaults.setProperty("target", "production");
		Node cycle = new Node();
		cycle.next = cycle;
		return Stream.of(arguments(new Properties(defaults), "can have defaults"),
				arguments(ByteBuffer.wrap(new byte[2]), "has state that can't be written"),
				arguments(new WithThread(), "'thread' of " + WithThread.class.getName() + " is no visible property"),
				arguments(java.lang.reflect.Proxy.newProxyInstance(WholeStateTests.class.getClassLoader(),
						new Class<?>[] { View.class }, (proxy, method, arguments) -> "x"), "a proxy has state"),
				arguments(cycle, "at 'value.next"), arguments(Masking.MASK + " hidden", "stands for hidden values"),
				arguments(Map.of(Masking.MASK, 1), "stands for hidden values"),
				arguments(Map.of(Pattern.compile("a"), 1), "has no text"));
	}

	@Test
	void backReferenceToWhatEnclosesItIsBound() {
		Owner owner = new Owner();
		owner.pets.add(new Pet(owner));
		assertThat(command(owner)).isEqualTo("{@type=WholeStateTests.Owner, name=Ann, pets=[{size=null, owner=•••}]}");
		Owner other = new Owner();
		other.name = "Eve";
		String before = digest(owner);
		owner.pets.get(0).owner = other;
		assertThat(digest(owner)).isNotEqualTo(before);
	}

	@Test
	void whatIsLeftOutIsSeenToBe() {
		LeftOut value = new LeftOut();
		assertThat(command(value))
			.isEqualTo("{@type=WholeStateTests.LeftOut, getter=(left out), name=a, field=(left out)}");
		String before = digest(value);
		value.field = Thread.currentThread();
		assertThat(digest(value)).isEqualTo(before);
		assertThat(this.argument.write("leftOut", Thread.currentThread()).path("value")).isSameAs(MaskNode.OMITTED);
	}

	@Test
	void credentialsAreNeitherShownNorSent() {
		HttpHeaders headers = new HttpHeaders();
		headers.setBearerAuth("s3cr3t");
		for (Object value : new Object[] { headers, "s3cr3t".toCharArray(), Map.of("a", "s3cr3t".toCharArray()),
				new Login("bob", "s3cr3t"), List.of(new Login("bob", "s3cr3t")), new java.net.HttpCookie("a", "s3cr3t"),
				new SecretKeySpec("s3cr3t".getBytes(), "AES") }) {
			assertThat(write(value).toString()).doesNotContain("s3cr3t", "czNjcjN0").contains(Masking.MASK);
		}
		assertThat(command(new Login("bob", "s3cr3t"))).contains("name=bob", "credentials=•••");
	}

	@Test
	void objectsOfDifferentClassesAreTold() {
		assertThat(this.argument.command("action", new Delete(5))).isEqualTo("{@type=WholeStateTests.Delete, id=5}");
		assertThat(this.argument.command("action", new Archive(5))).isEqualTo("{@type=WholeStateTests.Archive, id=5}");
		assertThat(command(List.of(new Archive(5)))).isEqualTo("[{@type=WholeStateTests.Archive, id=5}]");
		assertThat(this.argument.command("level", Level.HIGH)).isEqualTo("HIGH");
		assertThat(command(Level.HIGH)).isEqualTo("{@type=WholeStateTests.Level, value=HIGH}");
	}

	@Test
	void credentialsAreBound() {
		SecretKeySpec key = new SecretKeySpec(new byte[] { 1 }, "AES");
		assertThat(digest(key)).isEqualTo(digest(key)).isNotEqualTo(digest(new SecretKeySpec(new byte[] { 2 }, "AES")));
		char[] password = "a".toCharArray();
		String before = digest(password);
		password[0] = 'b';
		assertThat(digest(password)).isNotEqualTo(before);
	}

	@Test
	void callsCompareByWhatIsHiddenInThem() {
		String digest = comparableDigest("a");
		assertThat(comparableDigest("a")).isEqualTo(digest);
		assertThat(comparableDigest("b")).isNotEqualTo(digest);
		assertThat(new ArgumentSnapshot(write(List.of(1, "a"))).comparableDigest())
			.isEqualTo(new ArgumentSnapshot(write(List.of(1, "a"))).comparableDigest())
			.isNotEqualTo(new ArgumentSnapshot(write(List.of(1, "b"))).comparableDigest());
	}

	/**
	 * Return the digest of a call, which has a key of its own for what is hidden.
	 */
	private static String comparableDigest(Object sensitive) {
		return new ArgumentSnapshot(new WholeStateTests().argument.write("sensitive", sensitive)).comparableDigest();
	}

	@Test
	void sensitiveMemberOfAnotherNameHidesTheObject() {
		assertThat(this.argument.command("renamed", new Renamed())).isEqualTo("•••");
		assertThat(this.argument.command("ignoredPassword", new IgnoredPassword()))
			.isEqualTo("{name=bob, password=•••}");
	}

	@Test
	void ordinaryObjectsPassWithoutCeremony() {
		assertThat(
				this.argument.command("transfer", new Transfer("rent", new BigDecimal("5.00"), "DE00", List.of("a"))))
			.isEqualTo("{memo=rent, amount=5.00, iban=DE00, tags=[a]}");
		assertThat(this.argument.command("customer", new Customer()))
			.isEqualTo("{active=true, email=a@b.c, id=1, name=Ann, version=•••}");
		assertThat(this.argument.command("orderId", new OrderId("A-17"))).isEqualTo("A-17");
		assertThat(command(new ArrayList<>(Set.of("a")))).isEqualTo("[a]");
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.add("a", "b");
		assertThat(command(form)).isEqualTo("{a=[b]}");
	}

	@Test
	void argumentsAreLimitedWhileTheyAreWritten() {
		Endless endless = new Endless();
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> write(endless))
			.withMessageContaining("larger than 65536 bytes")
			.withMessageContaining("airlock.gateway.approval.max-size");
		assertThat(endless.read).isLessThan(70_000);
		Endless hidden = new Endless();
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.argument.write("sensitive", hidden))
			.withMessageContaining("airlock.gateway.approval.max-size");
	}

	private String digest(Object value) {
		return this.argument.digest("object", value);
	}

	private String command(Object value) {
		return this.argument.command("object", value);
	}

	private ObjectNode write(Object value) {
		return this.argument.write("object", value);
	}

	static class Methods {

		void object(Object value) {
		}

		void sensitive(@AirlockSensitive Object value) {
		}

		void leftOut(@AirlockOmitted Object value) {
		}

		void action(Action value) {
		}

		void level(Level value) {
		}

		void levels(List<Level> value) {
		}

		void renamed(Renamed value) {
		}

		void ignoredPassword(IgnoredPassword value) {
		}

		void transfer(Transfer value) {
		}

		void customer(Customer value) {
		}

		void orderId(OrderId value) {
		}

	}

	@SuppressWarnings("serial")
	static class Batch extends ArrayList<String> {

		public String payTo = "me";

		public String getPayTo() {
			return this.payTo;
		}

	}

	@SuppressWarnings("serial")
	static class Named extends HashMap<String, Object> {

		private String target = "staging";

		public String getTarget() {
			return this.target;
		}

	}

	@SuppressWarnings("serial")
	static class Money extends Number {

		private String currency = "JPY";

		public String getCurrency() {
			return this.currency;
		}

		@Override
		public int intValue() {
			return 5;
		}

		@Override
		public long longValue() {
			return 5;
		}

		@Override
		public float floatValue() {
			return 5;
		}

		@Override
		public double doubleValue() {
			return 5;
		}

		@Override
		public String toString() {
			return "5";
		}

	}

	@SuppressWarnings("serial")
	static class Pair extends AbstractMap.SimpleEntry<String, String> {

		private String extra = "";

		Pair() {
			super("a", "b");
		}

		public String getExtra() {
			return this.extra;
		}

	}

	static class Lines implements Iterable<String> {

		private final List<String> lines = new ArrayList<>();

		public String getCustomer() {
			return "c1";
		}

		@Override
		public Iterator<String> iterator() {
			return this.lines.iterator();
		}

	}

	static class Hidden {

		private BigDecimal amount = BigDecimal.ONE;

		public String getMemo() {
			return "rent";
		}

	}

	static class Shadowing extends Hidden {

		private final BigDecimal amount = BigDecimal.ZERO;

		public BigDecimal getAmount() {
			return this.amount;
		}

	}

	@JsonIgnoreProperties("byName")
	static class Ignoring {

		public String shown = "a";

		@JsonIgnore
		public String field = "a";

		public String byName = "a";

		@JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
		public String writeOnly = "a";

		@JsonView(View.class)
		public String view = "a";

		private transient String cache = "a";

	}

	@JsonFilter("filter")
	static class Filtered {

		public String shown = "a";

		public String secret = "a";

	}

	@JsonSerialize(using = ToStringSerializer.class)
	static class ByText {

		public String secret = "a";

		@Override
		public String toString() {
			return "text";
		}

	}

	static class ByValue {

		public String secret = "a";

		@JsonValue
		public String text() {
			return "text";
		}

	}

	static class Formatted {

		@JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "yyyy")
		public Date date = new Date(0);

	}

	@JsonFormat(shape = JsonFormat.Shape.NUMBER)
	static class AsNumber {

		public String name = "a";

	}

	static class Parent {

		public String name = "a";

	}

	static class Child extends Parent {

		public String extra = "a";

	}

	static class ViaParent {

		@JsonSerialize(as = Parent.class)
		public Parent parent = new Child();

		@JsonIgnore
		private final Child child = (Child) this.parent;

	}

	static class WithContent {

		@JsonSerialize(contentAs = Parent.class, typing = JsonSerialize.Typing.STATIC)
		public List<Child> children = List.of(new Child());

	}

	@JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "id")
	static class Target {

		public int id = 1;

		public String name = "a";

	}

	static class ById {

		@JsonIdentityReference(alwaysAsId = true)
		public Target target = new Target();

	}

	static class Owner {

		public String name = "Ann";

		@JsonManagedReference
		public List<Pet> pets = new ArrayList<>();

	}

	static class Pet {

		@JsonBackReference
		public Owner owner;

		Pet() {
			this(new Owner());
		}

		Pet(Owner owner) {
			this.owner = owner;
		}

		@JsonProperty
		Integer size() {
			return null;
		}

	}

	static class Wrapped {

		@JsonUnwrapped
		public Hidden inner = new Hidden();

	}

	record Carrier(Object payload) {
	}

	static class Lessened {

		@JsonInclude(JsonInclude.Include.NON_NULL)
		public @Nullable String nothing;

		@JsonInclude(JsonInclude.Include.NON_DEFAULT)
		public int zero;

		@JsonFormat(pattern = "yyyy")
		public Date date = new Date(123);

		@JsonUnwrapped
		public Parent inner = new Parent();

		@JsonSerialize(using = Shortening.class)
		public String text = "a\\b";

	}

	static class Shortening extends ValueSerializer<String> {

		@Override
		public void serialize(String value, JsonGenerator generator, SerializationContext context) {
			generator.writeString("a");
		}

	}

	enum Level {

		HIGH;

		@Override
		public String toString() {
			return "same";
		}

	}

	interface View {

		String getName();

	}

	static class WithThread {

		private final Thread thread = Thread.currentThread();

		public String getName() {
			return "a";
		}

		public int priority() {
			return this.thread.getPriority();
		}

	}

	static class Node {

		public @Nullable Node next;

	}

	static class LeftOut {

		public String name = "a";

		@AirlockOmitted
		private @Nullable Thread field;

		@AirlockOmitted
		public Thread getGetter() {
			throw new IllegalStateException();
		}

		boolean isSet() {
			return this.field != null;
		}

	}

	record Login(String name, String password) implements Principal {

		@Override
		public String getName() {
			return this.name;
		}

	}

	sealed interface Action permits Delete, Archive {

	}

	record Delete(int id) implements Action {
	}

	record Archive(int id) implements Action {
	}

	static class Renamed {

		@AirlockSensitive
		private final String pin = "1234";

		@JsonProperty("number")
		String number() {
			return this.pin;
		}

	}

	static class IgnoredPassword {

		public String name = "bob";

		@AirlockSensitive
		@JsonIgnore
		private final String password = "s3cr3t";

		int length() {
			return this.password.length();
		}

	}

	record Transfer(String memo, BigDecimal amount, String iban, List<String> tags) {
	}

	static class Customer {

		private final Long id = 1L;

		private final String name = "Ann";

		private final boolean active = true;

		private final String email = "a@b.c";

		private final Long version = 3L;

		public Long getId() {
			return this.id;
		}

		public String getName() {
			return this.name;
		}

		public boolean isActive() {
			return this.active;
		}

		public String getEmail() {
			return this.email;
		}

		long next() {
			return this.version + 1;
		}

	}

	record OrderId(@JsonValue String value) {
	}

	static class Endless extends AbstractList<String> {

		private int read;

		@Override
		public String get(int index) {
			this.read++;
			return "x";
		}

		@Override
		public int size() {
			return Integer.MAX_VALUE;
		}

	}

}
