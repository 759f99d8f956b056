/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.CommandReader.Omission;
import io.airlockapp.gateway.support.VisibleText;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property tests for {@link CommandText}: whatever an attacker passes, a person sees all
 * of it, or reads that it isn't all, or isn't asked.
 */
class CommandTextPropertyTests {

	private static final String METHOD = "Service.call";

	private static final Pattern LETTER_WITH_MARKS = Pattern.compile("\\p{L}\\p{M}{1,4}");

	private static final Pattern NOT_VISIBLE = Pattern.compile("[^\\p{L}\\p{N}\\p{P}\\p{S} \u2068\u2069]");

	private static final Pattern BLANK = Pattern
		.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\u0334-\u0338"
				+ "\\x{e0000}-\\x{e0fff}\u201c\u201d\u2033\uff02]");

	@Property(tries = 300)
	void callsReadBackAsWhatTheyAre(@ForAll("small") Map<String, SnapshotNode> arguments) {
		assertReadsBack(arguments);
	}

	@Tag("slow")
	@Property(tries = 10_000)
	void manyCallsReadBackAsWhatTheyAre(@ForAll("small") Map<String, SnapshotNode> arguments) {
		assertReadsBack(arguments);
	}

	private static void assertReadsBack(Map<String, SnapshotNode> arguments) {
		CommandText command;
		try {
			command = CommandText.of(METHOD, arguments, false);
		}
		catch (InvalidApprovalUsageException ex) {
			return;
		}
		assertThat(LETTER_WITH_MARKS.matcher(command.text()).replaceAll("x")).doesNotContainPattern(NOT_VISIBLE);
		assertThat(command.text()).doesNotContainPattern(BLANK).hasSizeLessThanOrEqualTo(CommandText.MAX_LENGTH);
		assertThat(command.note()).isEmpty();
		assertThat(order(new CommandReader(command.text()).read(METHOD)))
			.isEqualTo(order(RandomSnapshots.asRead(arguments)));
	}

	@Property(tries = 300)
	void callsAreShownInFullOrRefusedOrMarked(@ForAll("large") Map<String, SnapshotNode> arguments,
			@ForAll boolean abridge) {
		assertShownOrRefusedOrMarked(arguments, abridge);
	}

	@Tag("slow")
	@Property(tries = 10_000)
	void manyCallsAreShownInFullOrRefusedOrMarked(@ForAll("large") Map<String, SnapshotNode> arguments,
			@ForAll boolean abridge) {
		assertShownOrRefusedOrMarked(arguments, abridge);
	}

	private static void assertShownOrRefusedOrMarked(Map<String, SnapshotNode> arguments, boolean abridge) {
		String full = arguments.entrySet()
			.stream()
			.map((argument) -> VisibleText.ofValue(argument.getKey()) + "=" + ValueText.FULL.of(argument.getValue()))
			.collect(Collectors.joining(", ", METHOD + "(", ")"));
		CommandText command;
		try {
			command = CommandText.of(METHOD, arguments, abridge);
		}
		catch (InvalidApprovalUsageException ex) {
			Statistics.collect("refused");
			assertThat(full.length()).isGreaterThan(CommandText.MAX_LENGTH);
			return;
		}
		Statistics.collect((command.abridged() > 0) ? "abridged" : "full");
		assertThat(command.text()).hasSizeLessThanOrEqualTo(CommandText.MAX_LENGTH);
		AtomicInteger omissions = new AtomicInteger();
		assertShows(new CommandReader(command.call()).read(METHOD), RandomSnapshots.asRead(arguments), omissions);
		assertThat(command.abridged()).isEqualTo(omissions.get());
		if (omissions.get() == 0) {
			assertThat(command.text()).isEqualTo(full);
		}
		else {
			assertThat(abridge).isTrue();
			assertThat(full.length()).isGreaterThan(CommandText.MAX_LENGTH);
			assertThat(command.text().lines()).hasSize(2)
				.first()
				.asString()
				.matches("NOT SHOWN IN FULL: parts of %d values? are left out".formatted(omissions.get()));
		}
	}

	private static void assertShows(JsonNode shown, JsonNode actual, AtomicInteger omissions) {
		if (shown instanceof POJONode node && node.getPojo() instanceof Omission omission) {
			omissions.incrementAndGet();
			assertShows(omission, actual.stringValue());
		}
		else if (actual.isObject()) {
			assertThat(order(shown.propertyNames())).isEqualTo(order(actual.propertyNames()));
			actual.properties()
				.forEach((member) -> assertShows(shown.get(member.getKey()), member.getValue(), omissions));
		}
		else if (actual.isArray()) {
			assertThat(shown.size()).isEqualTo(actual.size());
			for (int i = 0; i < actual.size(); i++) {
				assertShows(shown.get(i), actual.get(i), omissions);
			}
		}
		else {
			assertThat(shown).hasSameClassAs(actual).isEqualTo(actual);
		}
	}

	private static void assertShows(Omission omission, String text) {
		assertThat(text).startsWith(omission.head())
			.endsWith(omission.tail())
			.doesNotMatch("-?[0-9]+")
			.satisfies((whole) -> assertThat(whole.codePointCount(0, whole.length())).isEqualTo(omission.length()));
		String omitted = text.substring(omission.head().length(), text.length() - omission.tail().length());
		assertThat(omitted.codePointCount(0, omitted.length())).isEqualTo(omission.omitted()).isPositive();
		assertThat(omission.digest()).isEqualTo(sha256(omitted).substring(0, 32));
	}

	private static String sha256(String text) {
		return ThrowingSupplier
			.of(() -> HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))))
			.get();
	}

	/**
	 * Return a form in which the order of members counts as well.
	 */
	private static String order(Object value) {
		return value.toString();
	}

	@Provide
	Arbitrary<Map<String, SnapshotNode>> small() {
		return RandomSnapshots.small();
	}

	@Provide
	Arbitrary<Map<String, SnapshotNode>> large() {
		return RandomSnapshots.large();
	}

}
