package io.airlockapp.gateway.approval.argument.json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SnapshotSerializerModifier}.
 */
class SnapshotSerializerModifierTests {

	private static String write(boolean emptyTypes, Object value) {
		SnapshotContext context = new SnapshotContext(new Masking(), (hidden, current) -> new byte[0],
				new SizeLimit(1000));
		context.begin(ResolvableType.forInstance(value));
		return JsonMapper.builder()
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.addModule(new SimpleModule("snapshot")
				.setSerializerModifier(new SnapshotSerializerModifier(true, emptyTypes)))
			.build()
			.writer()
			.withAttribute(SnapshotContext.class, context)
			.writeValueAsString(value);
	}

	@Test
	void recordWithoutComponentsIsWrittenWhereComponentsAreVisible() {
		assertThat(write(true, new Empty())).isEqualTo("{}");
	}

	@Test
	void recordThatLooksEmptyIsRefusedWhereComponentsMayBeInvisible() {
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> write(false, new Empty()));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void objectWithoutPropertiesIsRefused(boolean emptyTypes) {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> write(emptyTypes, new Invisible()));
		assertThat(write(emptyTypes, new Visible(1))).isEqualTo("{\"number\":1}");
	}

	record Empty() {

	}

	record Visible(int number) {

	}

	@Deprecated
	static class Invisible {

		private final int number = 1;

		@Override
		public int hashCode() {
			return this.number;
		}

	}

}
