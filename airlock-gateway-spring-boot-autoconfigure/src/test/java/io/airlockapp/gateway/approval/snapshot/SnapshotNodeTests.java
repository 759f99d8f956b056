/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SnapshotNode} and {@link SnapshotPart}.
 */
class SnapshotNodeTests {

	@ParameterizedTest
	@CsvSource({ "0, true", "9007199254740991, true", "-9007199254740991, true", "9007199254740992, false",
			"-9007199254740992, false", "99999999999999999, false", "1.5, false", "1E+2, false", "NaN, false" })
	void numberWhenNotExactAsDoubleIsWrittenAsString(String text, boolean number) {
		assertThat(number(text).toJson(Masked::digest).isNumber()).isEqualTo(number);
		assertThat(number(text).toJson(Masked::digest).asString()).isEqualTo(text);
	}

	@Test
	void stringRepresentationContainsNoValue() {
		assertThat(number("5000")).hasToString("Leaf[kind=NUMBER]");
		assertThat(new Masking().mask(new byte[1])).hasToString("Masked");
	}

	@Test
	void partsHavePathsWithoutKeys() {
		SnapshotPart map = new SnapshotPart("value",
				new Entries("java.util.Map", true, true, true, List.of(new Entry(number("1"), number("2")))));
		assertThat(map.parts()).containsExactly(new SnapshotPart("value[…]", number("2")));
		SnapshotPart object = new SnapshotPart("value",
				new Fields("com.acme.Order", true, map.node(), Map.of("amount", number("3"))));
		assertThat(object.parts()).containsExactly(map, new SnapshotPart("value.amount", number("3")));
		assertThat(object.type()).isEqualTo("com.acme.Order");
		assertThat(new SnapshotPart("value", Leaf.NULL).type()).isNull();
		assertThat(new SnapshotPart("value", new Masking().mask(new byte[1])).type()).isNull();
	}

	private static Leaf number(String text) {
		return new Leaf(Leaf.Kind.NUMBER, text, "java.lang.Long", true);
	}

}
